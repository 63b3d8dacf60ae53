# Octave -> Python (ex2): logistic regression with theta = initial_theta
import numpy as np

def sigmoid(z):
    g = 1 / (1 + np.exp(-z))
    return g

def costFunction(theta, X, y):
    m = len(y)
    h = sigmoid(X @ theta)
    J = (1/m) * (-y @ np.log(h) - (1-y) @ np.log(1-h))
    grad = (1/m) * X.T @ (h - y)
    return J, grad

np.random.seed(0)
scores = np.random.uniform(30, 100, (100, 2))
admitted = (scores.sum(1) + 8*np.random.randn(100) > 125).astype(float)
mu, sigma = scores.mean(0), scores.std(0)
X = np.column_stack([np.ones(100), (scores-mu)/sigma])
y = admitted

initial_theta = np.zeros(3)
cost, grad = costFunction(initial_theta, X, y)
print('Cost at initial theta (zeros):', cost)
print('Gradient at initial theta:', grad)

theta = initial_theta
alpha = 1
for i in range(400):
    cost, grad = costFunction(theta, X, y)
    theta = theta - alpha * grad
print('Cost at theta found:', cost)
print('theta:', theta)
p = sigmoid(X @ theta) >= 0.5
print('Train Accuracy:', np.mean(p == y) * 100)
