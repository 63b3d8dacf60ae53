import numpy as np
np.random.seed(0)
class Dense:
    def __init__(self, n):
        self.w = np.random.randn(n, n)/np.sqrt(n)
        self.b = np.zeros(n)
    def forward(self, x):
        self.x = x
        self.out = np.tanh(x @ self.w + self.b)
        return self.out
    def backward(self, grad):
        d = grad*(1 - self.out**2)
        self.dw = self.x.T @ d
        self.db = d.sum(axis=0)
        return d @ self.w.T
net = [Dense(3), Dense(3), Dense(3)]
X = np.random.uniform(-1, 1, (40, 3))
Y = np.c_[X[:, 0]*X[:, 1], 0.5*X[:, 2], -0.5*X[:, 0]]
def run(x):
    for layer in net:
        x = layer.forward(x)
    return x
for epoch in range(1500):
    out = run(X)
    loss = np.mean(np.sum((out - Y)**2, axis=1))
    grad = 2*(out - Y)/len(X)
    for layer in reversed(net):
        layer.backward(grad)
    for layer in net:
        layer.w -= 0.1*layer.dw
        layer.b -= 0.1*layer.db
    if epoch % 300 == 0: print(epoch, loss)
print(loss)
