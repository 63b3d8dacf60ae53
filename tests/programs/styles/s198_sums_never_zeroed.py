import numpy as np
np.random.seed(9)

class MLP(object):
    def __init__(self):
        self.w1 = np.random.randn(4, 2)
        self.b1 = np.zeros((4, 1))
        self.w2 = np.random.randn(1, 4)
        self.b2 = np.zeros((1, 1))
        self.zero_grad()

    def zero_grad(self):
        self.gw1 = np.zeros_like(self.w1)
        self.gb1 = np.zeros_like(self.b1)
        self.gw2 = np.zeros_like(self.w2)
        self.gb2 = np.zeros_like(self.b2)

    def forward(self, x):
        self.x = x
        self.h = np.tanh(self.w1.dot(x) + self.b1)
        self.o = 1/(1+np.exp(-(self.w2.dot(self.h) + self.b2)))
        return self.o

    def backward(self, t):
        d = self.o - t
        self.gw2 += d.dot(self.h.T)
        self.gb2 += d
        dh = self.w2.T.dot(d) * (1 - self.h**2)
        self.gw1 += dh.dot(self.x.T)
        self.gb1 += dh

    def update(self, lr):
        self.w1 -= lr*self.gw1
        self.b1 -= lr*self.gb1
        self.w2 -= lr*self.gw2
        self.b2 -= lr*self.gb2

X = [np.array([[a], [b]], dtype=float) for a in (0, 1) for b in (0, 1)]
T = [0, 1, 1, 0]
net = MLP()
for epoch in range(1500):
    L = 0
    for x, t in zip(X, T):
        o = net.forward(x)
        L += -(t*np.log(o) + (1-t)*np.log(1-o)).item()
        net.backward(t)
    net.update(0.1)
    if epoch % 300 == 0:
        print(epoch, L)
print([round(net.forward(x).item(), 3) for x in X])
