import numpy as np
np.random.seed(50)

n = 6
X = np.random.randn(60, n)
Y = np.tanh(X @ np.random.randn(n, n)*0.5)

w = [np.random.randn(n, n)*0.4 for _ in range(3)]
vel = [np.zeros((n, n))] * 3
mu, lr = 0.8, 0.05

def fw(x):
    a = [x]
    for i in range(3):
        x = x @ w[i]
        if i < 2: x = np.tanh(x)
        a.append(x)
    return a

for it in range(500):
    a = fw(X)
    L = 0.5*np.sum((a[-1]-Y)**2)/len(X)
    d = (a[-1]-Y)/len(X)
    gr = [None]*3
    for i in (2, 1, 0):
        gr[i] = a[i].T @ d
        d = (d @ w[i].T)*(1-a[i]**2)
    for i in range(3):
        vel[i] *= mu
        vel[i] -= lr*gr[i]
        w[i] += vel[i]
    if it % 100 == 0:
        print(it, L)
print(L)
