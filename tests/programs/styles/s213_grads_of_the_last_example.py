import numpy as np
np.random.seed(4)
class Net:
    def __init__(self):
        self.W1 = np.random.randn(5, 2); self.b1 = np.zeros(5)
        self.W2 = np.random.randn(1, 5); self.b2 = np.zeros(1)
    def forward(self, x):
        self.x = x
        self.h = np.tanh(self.W1 @ x + self.b1)
        self.o = self.W2 @ self.h + self.b2
        return self.o
    def backward(self, t):
        d = self.o - t
        dh = (self.W2.T @ d)*(1 - self.h**2)
        return np.outer(dh, self.x), dh, np.outer(d, self.h), d
X = np.random.uniform(-1, 1, (40, 2))
T = (X[:, 0]*X[:, 1]).reshape(-1, 1)
net = Net()
lr = 0.02
for epoch in range(600):
    loss = 0
    for x, t in zip(X, T):
        o = net.forward(x)
        loss += 0.5*np.sum((o - t)**2)
        grads = net.backward(t)
    net.W1 -= lr*grads[0]
    net.b1 -= lr*grads[1]
    net.W2 -= lr*grads[2]
    net.b2 -= lr*grads[3]
    if epoch % 100 == 0: print(epoch, loss)
print(loss)
