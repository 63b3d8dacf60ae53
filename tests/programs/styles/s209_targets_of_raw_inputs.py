import numpy as np
np.random.seed(1)
# fit a sine with a 1-10-1 network
x = np.linspace(0, 360, 40).reshape(-1, 1)
y = np.sin(np.deg2rad(x))

w1 = np.random.randn(1, 10)
b1 = np.random.randn(10)
w2 = np.random.randn(10, 1)*0.3
b2 = np.zeros(1)
lr = 0.1
for i in range(3000):
    h = np.tanh(x.dot(w1) + b1)
    out = h.dot(w2) + b2
    err = out - y
    loss = np.mean(err**2)
    g = 2*err/len(x)
    gh = g.dot(w2.T)*(1 - h**2)
    w2 -= lr*h.T.dot(g)
    b2 -= lr*g.sum(axis=0)
    w1 -= lr*x.T.dot(gh)
    b1 -= lr*gh.sum(axis=0)
    if i % 500 == 0: print(i, loss)
print(loss)
