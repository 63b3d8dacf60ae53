import numpy as np
np.random.seed(1)
X = np.array([[0,0],[0,1],[1,0],[1,1]], float)
Y = np.array([[0],[1],[1],[0]], float)
def sig(x): return 1/(1+np.exp(-x))
class Net:
    def __init__(s, lr):
        s.w = [np.random.randn(2, 5), np.random.randn(5, 1)]
        s.b = [np.zeros((1, 5)), np.zeros((1, 1))]
        s.lr = lr
    def fw(s, x):
        s.h = sig(x @ s.w[0] + s.b[0])
        return sig(s.h @ s.w[1] + s.b[1])
    def train(s, x, y, n):
        for i in range(n):
            o = s.fw(x)
            d1 = (o - y)*o*(1-o)
            d0 = d1 @ s.w[1].T*s.h*(1-s.h)
            s.w[1] -= s.lr*s.h.T @ d1
            s.b[1] -= s.lr*d1.sum(0, keepdims=True)
            s.w[0] -= s.lr*x.T @ d0
            s.b[0] -= s.lr*s.b[0]
            if i % 1000 == 0: print(i, 0.5*np.sum((o-y)**2))
        return o
print(Net(1.0).train(X, Y, 5000))
