import numpy as np
np.random.seed(31)

class MLP:
    def __init__(self, d, h):
        self.w1 = np.random.uniform(-0.7, 0.7, (d, h))
        self.b1 = np.zeros((1, h))
        self.w2 = np.random.uniform(-0.7, 0.7, (h, 1))
        self.b2 = np.zeros((1, 1))

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def predict(self, x):
        self.h = self.sigmoid(x.dot(self.w1) + self.b1)
        return self.sigmoid(self.h.dot(self.w2) + self.b2)

    def backward(self, x, y, out, lr):
        d_out = (out - y) / len(y)
        d_h = d_out.dot(self.w2.T) * self.h * (1 - self.h)
        self.w2 -= lr * self.h.T.dot(d_out)
        self.b2 -= lr * d_out.sum(0, keepdims=True)
        self.w1 -= lr * x.T.dot(d_h)
        self.b1 -= lr * d_h.sum(0, keepdims=True)

def bce(out, y):
    return -np.mean(y * np.log(out) + (1 - y) * np.log(1 - out))

# two half moons (more or less)
a = np.random.rand(100, 1) * np.pi
upper = np.hstack([np.cos(a), np.sin(a)])
lower = np.hstack([1 - np.cos(a), 0.4 - np.sin(a)])
X = np.vstack([upper, lower]) + np.random.randn(200, 2) * 0.1
Y = np.vstack([np.zeros((100, 1)), np.ones((100, 1))])
mix = np.random.permutation(200)
X, Y = X[mix], Y[mix]
X_train, X_val = X[:100], X[100:]
Y_train, Y_val = Y[:100], Y[100:]

net = MLP(2, 8)
for epoch in range(1500):
    out = net.predict(X_train)
    train_loss = bce(out, Y_train)
    val_loss = bce(net.predict(X_val), Y_val)
    net.backward(X_train, Y_train, out, 1.0)
    if epoch % 300 == 0:
        print(epoch, "train", round(train_loss, 4), "val", round(val_loss, 4))

print("val accuracy", np.mean((net.predict(X_val) > 0.5) == Y_val))
