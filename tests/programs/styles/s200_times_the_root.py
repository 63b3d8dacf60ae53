import numpy as np

np.random.seed(42)

class RMSProp:
    def __init__(self, lr=0.01, rho=0.9, eps=1e-6):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.cache = {}
    def step(self, name, p, g):
        if name not in self.cache:
            self.cache[name] = np.zeros_like(p)
        self.cache[name] = self.rho*self.cache[name] + (1-self.rho)*g**2
        p -= self.lr*g*(np.sqrt(self.cache[name]) + self.eps)

def swish(z): return z/(1+np.exp(-z))
def d_swish(z):
    s = 1/(1+np.exp(-z))
    return s + z*s*(1-s)

X = np.random.uniform(-2, 2, (64, 2))
Y = np.exp(-np.sum(X**2, axis=1, keepdims=True))

W1 = np.random.randn(2, 16)*0.7; b1 = np.zeros(16)
W2 = np.random.randn(16, 1)*0.25; b2 = np.zeros(1)
opt = RMSProp(lr=0.005)
for it in range(1000):
    z1 = X@W1 + b1
    a1 = swish(z1)
    out = a1@W2 + b2
    loss = np.mean((out-Y)**2)
    dout = 2*(out-Y)/len(X)
    dz1 = (dout@W2.T)*d_swish(z1)
    opt.step('W2', W2, a1.T@dout)
    opt.step('b2', b2, dout.sum(0))
    opt.step('W1', W1, X.T@dz1)
    opt.step('b1', b1, dz1.sum(0))
    if it % 200 == 0:
        print(it, loss)
print(loss)
