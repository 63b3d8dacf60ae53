import numpy as np
np.random.seed(2)
X = np.array([[0,0],[0,1],[1,0],[1,1]], dtype=float); Y = np.array([[0],[1],[1],[0]], dtype=float)
W1 = np.random.randn(2, 4); b1 = np.zeros((1, 4)); W2 = np.random.randn(4, 1); b2 = np.zeros((1, 1))
def sig(x): return 1/(1+np.exp(-x))
def dsig(x): return sig(x)*(1-sig(x))
for i in range(5000):
    h = sig(X @ W1 + b1)
    o = sig(h @ W2 + b2)
    error = o - Y
    d2 = error * dsig(error)
    d1 = (d2 @ W2.T) * h * (1 - h)
    W2 -= 0.5 * h.T @ d2; b2 -= 0.5 * d2.sum(0, keepdims=True)
    W1 -= 0.5 * X.T @ d1; b1 -= 0.5 * d1.sum(0, keepdims=True)
print(o)
