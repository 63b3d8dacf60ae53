import numpy as np
np.random.seed(1)
X = np.array([[0,0],[0,1],[1,0],[1,1]], dtype=float)
Y = np.array([[0],[1],[1],[0]], dtype=float)
W1 = np.random.randn(2, 4); b1 = np.zeros(4); W2 = np.random.randn(4, 1); b2 = np.zeros(1)
lr = 0.5
def sig(z):
    return 1/(1+np.exp(-z))
# learn the worst example of each round
for epoch in range(3000):
    worst = -1
    for x, y in zip(X, Y):
        h = sig(x @ W1 + b1)
        o = sig(h @ W2 + b2)
        e = float(abs(o - y)[0])
        if e > worst:
            worst = e
            xw, yw, hw, ow = x, y, h, o
    d2 = (ow-yw)*ow*(1-ow)
    d1 = (W2 @ d2)*hw*(1-hw)
    W2 -= lr*np.outer(hw, d2)
    b2 -= lr*d2
    W1 -= lr*np.outer(xw, d1)
    b1 -= lr*d1
print(sig(sig(X @ W1 + b1) @ W2 + b2))
