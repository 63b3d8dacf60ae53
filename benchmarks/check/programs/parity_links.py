"""3 bit parity with a net made of units and wires.
The inputs are also wired straight to the output."""
import math
import random

random.seed(8)


class Unit:
    def __init__(self, fixed=False):
        self.fixed = fixed
        self.y = 1.0
        self.dE = 0.0
        self.ins = []
        self.outs = []

    def forward(self):
        z = sum(wire.w * wire.frm.y for wire in self.ins)
        self.y = math.tanh(z)

    def backward(self):
        # dE so far is dE/dy, make it dE/dz and hand it down
        self.dE *= 1 - self.y ** 2
        for wire in self.ins:
            wire.g += self.dE * wire.frm.y
            wire.frm.dE += self.dE * wire.w


class Wire:
    def __init__(self, frm, to):
        self.frm, self.to = frm, to
        self.w = random.gauss(0, 0.4)
        self.g = 0.0
        self.v = 0.0
        frm.outs.append(self)
        to.ins.append(self)


inputs = [Unit(True) for _ in range(3)]
one = Unit(True)
hidden = [Unit() for _ in range(6)]
final = Unit()
wires = [Wire(a, b) for b in hidden for a in inputs + [one]]
wires += [Wire(a, final) for a in hidden + inputs + [one]]
everything = inputs + [one] + hidden + [final]

patterns = []
for a in (-1, 1):
    for b in (-1, 1):
        for c in (-1, 1):
            patterns.append(((a, b, c), 0.8 * a * b * c))     # 0.8: tanh never gets to 1

lr, mu = 0.005, 0.9
for sweep in range(1000):
    E = 0
    for bits, want in patterns:
        for unit, bit in zip(inputs, bits):
            unit.y = bit
        for unit in everything:
            unit.dE = 0.0
            if not unit.fixed:
                unit.forward()
        E += (final.y - want) ** 2
        final.dE = 2 * (final.y - want)
        for unit in reversed(everything):
            if not unit.fixed:
                unit.backward()
    # all 8 patterns seen, now change the weights
    for wire in wires:
        wire.v = mu * wire.v + wire.g
        wire.w -= lr * wire.v
        wire.g = 0.0
    if sweep % 200 == 0:
        print("sweep", sweep, "E =", round(E, 5))

print("last E", E)
