import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def init(n_inputs, n_hidden, n_outputs, seed=9):
    gen = np.random.default_rng(seed)
    w1 = gen.uniform(-1, 1, (n_hidden, n_inputs))
    b1 = gen.uniform(-1, 1, n_hidden)
    w2 = gen.uniform(-1, 1, (n_outputs, n_hidden))
    b2 = gen.uniform(-1, 1, n_outputs)
    return w1, b1, w2, b2

def feedforward(x, w1, b1, w2, b2):
    h = sigmoid(w1 @ x + b1)
    o = sigmoid(w2 @ h + b2)
    return h, o

def backprop(x, target, w1, b1, w2, b2, lr):
    h, o = feedforward(x, w1, b1, w2, b2)
    delta_o = (o - target) * o * (1 - o)
    delta_h = (w2.T @ delta_o) * h * (1 - h)
    w2 = w2 - lr * np.outer(delta_o, h)
    b2 = b2 - lr * delta_o
    w1 = w1 - lr * np.outer(delta_h, x)
    b1 = b1 - lr * delta_h

def total_error(data, w1, b1, w2, b2):
    err = 0
    for x, target in data:
        _, o = feedforward(x, w1, b1, w2, b2)
        err += 0.5 * np.sum((target - o) ** 2)
    return err

# half adder: two outputs, sum and carry
dataset = [
    (np.array([0, 0]), np.array([0, 0])),
    (np.array([0, 1]), np.array([1, 0])),
    (np.array([1, 0]), np.array([1, 0])),
    (np.array([1, 1]), np.array([0, 1])),
]

w1, b1, w2, b2 = init(2, 5, 2)
print("start error:", total_error(dataset, w1, b1, w2, b2))
for epoch in range(2000):
    for x, target in dataset:
        backprop(x, target, w1, b1, w2, b2, 0.5)
    if epoch % 400 == 399:
        print("epoch", epoch + 1, "error:", total_error(dataset, w1, b1, w2, b2))

for x, target in dataset:
    print(x, target, feedforward(x, w1, b1, w2, b2)[1].round(2))
