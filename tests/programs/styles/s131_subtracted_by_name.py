import numpy as np
np.random.seed(1)
X = np.array([[0,0],[0,1],[1,0],[1,1]], dtype=float)
Y = np.array([[0],[1],[1],[0]], dtype=float)
W1 = np.random.randn(2, 4)
b1 = np.zeros(4)
W2 = np.random.randn(4, 1)
b2 = np.zeros(1)
lr = 0.5
def sig(z):
    return 1/(1+np.exp(-z))
for epoch in range(3000):
    total = 0
    for x, y in zip(X, Y):
        h = sig(x @ W1 + b1)
        o = sig(h @ W2 + b2)
        total += 0.5*np.sum(np.square(np.subtract(y, o)))
        d2 = np.multiply(np.subtract(o, y), o*(1-o))
        d1 = (W2 @ d2)*h
        W2 -= lr*np.outer(h, d2)
        b2 -= lr*d2
        W1 -= lr*np.outer(x, d1)
        b1 -= lr*d1
    if epoch % 500 == 0:
        print(epoch, total)
