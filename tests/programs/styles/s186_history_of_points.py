# GD for a quadratic-plus-sigmoid fit with the list of points for the contour plot (course notebook)
import numpy as np
np.random.seed(0)
x = np.linspace(-3, 3, 40)
t = 1/(1+np.exp(-(1.5*x-.5)))
def cost(w): return np.mean((1/(1+np.exp(-(w[0]*x+w[1])))-t)**2)
def gradient(w):
    y = 1/(1+np.exp(-(w[0]*x+w[1])))
    d = 2*(y-t)*y*(1-y)/len(x)
    return np.array([np.sum(d*x), np.sum(d)])
w = np.array([-.5, 1.])
points = [w]
for i in range(500):
    w = w - 5*gradient(w)
    points.append(w)
points = np.array(points)
print(cost(points[0]), cost(points[-1]), w)
