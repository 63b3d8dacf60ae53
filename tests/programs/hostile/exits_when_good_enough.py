import math
import random

rows = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]

random.seed(3)
hidden = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
out = [random.uniform(-1, 1) for _ in range(4)]
rate = 0.8


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def forward(inputs):
    h = [sigmoid(w[0] * inputs[0] + w[1] * inputs[1] + w[2]) for w in hidden]
    return h, sigmoid(sum(out[j] * h[j] for j in range(3)) + out[3])


for epoch in range(100000):
    loss = 0
    for inputs, target in rows:
        h, o = forward(inputs)
        delta = (o - target) * o * (1 - o)
        for j in range(3):
            hidden_delta = delta * out[j] * h[j] * (1 - h[j])
            out[j] -= rate * delta * h[j]
            hidden[j][0] -= rate * hidden_delta * inputs[0]
            hidden[j][1] -= rate * hidden_delta * inputs[1]
            hidden[j][2] -= rate * hidden_delta
        out[3] -= rate * delta
        loss += (o - target) ** 2 / 2
    if loss < 0.01:
        print("done after", epoch)
        exit()
