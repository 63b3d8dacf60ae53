import numpy as np

np.random.seed(33)
# y = 1 if inside circle
P = np.random.uniform(-1.5, 1.5, (150, 2))
lab = (np.sum(P**2, axis=1) < 1.0).astype(float)[:, None]

def leaky(z): return np.where(z > 0, z, 0.1*z)
def leaky_prime(z): return np.where(z > 0, 1.0, 0.1)
def sigm(z): return 1/(1+np.exp(-z))

class Network:
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b)*np.sqrt(2/a) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros((1, b)) for b in sizes[1:]]

    def feedforward(self, a):
        self.zs = []
        self.acts = [a]
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = a.dot(w) + b
            self.zs.append(z)
            a = sigm(z) if i == len(self.weights)-1 else leaky(z)
            self.acts.append(a)
        return a

    def backprop(self, y):
        m = y.shape[0]
        delta = (self.acts[-1] - y)/m
        nabla_w = [None]*len(self.weights)
        nabla_b = [None]*len(self.biases)
        nabla_w[-1] = self.acts[-2].T.dot(delta)
        nabla_b[-1] = delta.sum(axis=0, keepdims=True)
        for l in range(2, len(self.weights)+1):
            delta = delta.dot(self.weights[-l+1].T) * leaky_prime(self.zs[-l])
            nabla_w[-l] = self.acts[-l-1].T.dot(delta)
            nabla_b[-l] = delta.sum(axis=0, keepdims=True)
        return nabla_w, nabla_b

    def train(self, x, y, epochs, eta):
        for e in range(epochs):
            p = self.feedforward(x)
            if e % 200 == 0:
                print(e, self.cost(p, y))
            nw, nb = self.backprop(y)
            self.weights = [w - eta*g for w, g in zip(self.weights, nw)]
            self.biases = [b - eta*b for b, g in zip(self.biases, nb)]

    def cost(self, p, y):
        return -np.mean(y*np.log(p+1e-12) + (1-y)*np.log(1-p+1e-12))

net = Network([2, 8, 6, 1])
net.train(P, lab, 1500, 0.3)
print("acc", np.mean((net.feedforward(P) > 0.5) == lab))
