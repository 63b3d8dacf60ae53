"""Neurons and links as objects; do two votes agree? With momentum."""
import math
import random

random.seed(17)


class Neuron:
    def __init__(self):
        self.value, self.slope = 0.0, 0.0
        self.incoming = []

    def fire(self):
        self.value = math.tanh(sum(link.weight * link.source.value for link in self.incoming))

    def pass_back(self):
        self.slope *= 1 - self.value ** 2
        for link in self.incoming:
            link.grad += self.slope * link.source.value
            link.source.slope += link.speed * link.weight


class Link:
    def __init__(self, source, target):
        self.source = source
        self.weight = random.uniform(-0.6, 0.6)
        self.grad = self.speed = 0.0
        target.incoming.append(self)


votes = [Neuron() for _ in range(2)]
constant = Neuron()
constant.value = 1.0
middle = [Neuron() for _ in range(2)]
top = Neuron()
links = [Link(a, b) for b in middle for a in votes + [constant]]
links += [Link(a, top) for a in middle + [constant]]
cases = [((a, b), 0.8 * a * b) for a in (-1, 1) for b in (-1, 1)]

for sweep in range(300):
    error = 0.0
    for ballot, wanted in cases:
        for neuron, vote in zip(votes, ballot):
            neuron.value = vote
        for neuron in middle + [top]:
            neuron.slope = 0.0
            neuron.fire()
        error += (top.value - wanted) ** 2
        top.slope = 2 * (top.value - wanted)
        for neuron in [top] + middle:
            neuron.pass_back()
    for link in links:
        link.speed = 0.9 * link.speed + link.grad
        link.weight -= 0.005 * link.speed
        link.grad = 0.0
    if sweep % 60 == 0:
        print(sweep, round(error, 4))
