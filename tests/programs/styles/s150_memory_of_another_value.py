import math
import random

random.seed(5)


class Link:
    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.weight = random.uniform(-0.8, 0.8)
        self.slope = 0.0
        self.speed = 0.0


class Cell:
    def __init__(self):
        self.out = 1.0
        self.blame = 0.0
        self.incoming = []


bias = Cell()
sensors = [Cell(), Cell()]
middle = [Cell() for _ in range(5)]
answer = Cell()
for cell in middle:
    cell.incoming = [Link(s, cell) for s in sensors + [bias]]
answer.incoming = [Link(s, answer) for s in middle + [bias]]
links = [link for cell in middle + [answer] for link in cell.incoming]


def run(bits):
    for sensor, bit in zip(sensors, bits):
        sensor.out = bit
    for cell in middle + [answer]:
        cell.out = math.tanh(sum(l.weight * l.source.out for l in cell.incoming))
    return answer.out


data = [((-1, -1), -0.9), ((-1, 1), 0.9), ((1, -1), 0.9), ((1, 1), -0.9)]
rate, keep = 0.01, 0.9
for epoch in range(1200):
    loss = 0.0
    for bits, target in data:
        error = run(bits) - target
        loss += 0.5 * error ** 2
        for cell in sensors + middle:
            cell.blame = 0.0
        answer.blame = error
        for cell in [answer] + middle:
            delta = cell.blame * (1 - cell.out ** 2)
            for l in cell.incoming:
                l.slope += delta * l.source.out
                l.source.blame += delta * l.weight
    for l in links:
        l.speed = keep * sensors[0].blame + l.slope
        l.weight -= rate * l.speed
        l.slope = 0.0
    if epoch % 300 == 0:
        print(epoch, round(loss, 4))
