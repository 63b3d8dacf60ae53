from math import exp
from random import uniform
from itertools import product

# Batch gradient descent with neuron objects.
# Learns "are at least two of the three inputs on AND is the first one on"


class Neuron:
    def __init__(self, size):
        self.weights = [uniform(-0.7, 0.7) for _ in range(size)]
        self.bias = uniform(-0.7, 0.7)
        self.clear()

    def clear(self):
        self.grad_w = [0.0 for _ in self.weights]
        self.grad_b = 0.0

    def activate(self, inputs):
        self.inputs = inputs
        z = self.bias + sum(w * x for w, x in zip(self.weights, inputs))
        self.a = 1 / (1 + exp(-z))
        return self.a

    def collect(self, delta):
        self.delta = delta
        for i, x in enumerate(self.inputs):
            self.grad_w[i] = delta * x
        self.grad_b += delta

    def move(self, rate):
        for i in range(len(self.weights)):
            self.weights[i] -= rate * self.grad_w[i]
        self.bias -= rate * self.grad_b


hidden = [Neuron(3) for _ in range(3)]
output = Neuron(3)
everyone = hidden + [output]

examples = []
for bits in product((0, 1), repeat=3):
    examples.append((bits, 1 if sum(bits) >= 2 and bits[0] == 1 else 0))

for epoch in range(2000):
    for n in everyone:
        n.clear()
    cost = 0
    for bits, label in examples:
        guess = output.activate([n.activate(bits) for n in hidden])
        cost += (guess - label) ** 2 / 2
        output.collect((guess - label) * guess * (1 - guess))
        for j, n in enumerate(hidden):
            n.collect(output.delta * output.weights[j] * n.a * (1 - n.a))
    for n in everyone:
        n.move(0.8)
    if epoch % 400 == 0:
        print(epoch, cost)

for bits, label in examples:
    print(bits, label, round(output.activate([n.activate(bits) for n in hidden]), 3))
