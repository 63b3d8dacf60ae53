"""Network class after Nielsen's book, mini batches, toy 3-class data."""
import random
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def SGD(self, data, epochs, mini_batch_size, eta):
        for j in range(epochs):
            random.shuffle(data)
            for k in range(0, len(data), mini_batch_size):
                self.update_mini_batch(data[k:k + mini_batch_size], eta)

    def update_mini_batch(self, batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            db, dw = self.backprop(x, y)
            nabla_b = [nb + d for nb, d in zip(nabla_b, db)]
            nabla_w = [nw + d for nw, d in zip(nabla_w, dw)]
        self.weights = [w - (eta / len(batch)) * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - (eta / len(batch)) * nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        db = [np.zeros(b.shape) for b in self.biases]
        dw = [np.zeros(w.shape) for w in self.weights]
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        db[-1] = delta
        dw[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, self.num_layers):
            sp = sigmoid_prime(activations[-l])
            delta = np.dot(self.weights[-l + 1].T, delta) * sp
            db[-l] = delta
            dw[-l] = np.dot(delta, activations[-l - 1].T)
        return db, dw


random.seed(1)
np.random.seed(1)
data = []
for i in range(30):
    c = i % 3
    t = np.zeros((3, 1))
    t[c] = 1.0
    data.append((np.random.randn(2, 1) * 0.4 + np.array([[c - 1.0], [c % 2]]), t))
net = Network([2, 5, 3])
net.SGD(data, 30, 10, 1.0)
print(sum(np.argmax(sigmoid(net.weights[1] @ sigmoid(net.weights[0] @ x + net.biases[0]) + net.biases[1])) == np.argmax(y) for x, y in data), "of", len(data))
