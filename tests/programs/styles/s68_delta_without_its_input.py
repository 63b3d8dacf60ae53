# XOR with neurons that know their connections
from math import exp
from random import uniform, choice


class Connection:
    def __init__(self, a, b):
        self.frm = a
        self.to = b
        self.weight = uniform(-1.5, 1.5)
        a.outs.append(self)
        b.ins.append(self)


class Neuron:
    def __init__(self, fixed=None):
        self.ins = []
        self.outs = []
        self.output = 0.0 if fixed is None else fixed
        self.grad = 0.0

    def calc(self):
        z = sum(c.frm.output * c.weight for c in self.ins)
        self.output = 1 / (1 + exp(-z))

    def slope(self):
        return self.output * (1 - self.output)

    def learn_as_output(self, want, rate):
        self.grad = (want - self.output) * self.slope()

    def learn_as_hidden(self, rate):
        self.grad = self.slope() * sum(c.weight * c.to.grad for c in self.outs)
        self.change(rate)

    def change(self, rate):
        for c in self.ins:
            c.weight += rate * self.grad


class Brain:
    def __init__(self, n_in, n_hid):
        self.bias = Neuron(1.0)
        self.inp = [Neuron() for _ in range(n_in)]
        self.hid = [Neuron() for _ in range(n_hid)]
        self.out = Neuron()
        for h in self.hid:
            for i in self.inp:
                Connection(i, h)
            Connection(self.bias, h)
            Connection(h, self.out)
        Connection(self.bias, self.out)

    def think(self, values):
        for n, v in zip(self.inp, values):
            n.output = v
        for h in self.hid:
            h.calc()
        self.out.calc()
        return self.out.output

    def train(self, values, want, rate=0.6):
        guess = self.think(values)
        self.out.learn_as_output(want, rate)
        for h in self.hid:
            h.learn_as_hidden(rate)
        self.out.change(rate)
        return (want - guess) ** 2 / 2


table = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
brain = Brain(2, 5)

for round in range(20000):
    values, want = choice(table)
    err = brain.train(values, want)
    if round % 4000 == 0:
        print(round, err)

for values, want in table:
    print(values, want, brain.think(values))
