import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([1, 0, 0, 1])

def sig(v):
    return 1 / (1 + np.exp(-v))

first = np.random.uniform(-1.2, 1.2, (4, 2))
first_bias = np.random.uniform(-1.2, 1.2, (4, 1))
second = np.random.uniform(-1.2, 1.2, (1, 4))
second_bias = np.random.uniform(-1.2, 1.2, (1, 1))

for epoch in range(4000):
    squares = 0
    for xi, yi in zip(X, Y):
        col = xi[:, None]
        hidden = sig(first @ col + first_bias)
        out = sig(second @ hidden + second_bias)
        squares += ((yi - out) ** 2).item()

        before = second.copy()
        d = (out - yi) * out * (1 - out)
        second -= 0.8 * d * hidden.T
        second_bias -= 0.8 * d
        dh = before.T * d * hidden * (1 - hidden)
        first -= 0.8 * dh * xi
        first_bias -= 0.8 * dh
    if epoch % 800 == 0:
        print('epoch', epoch, 'sum of squares', squares)

for xi, yi in zip(X, Y):
    print(xi, yi, sig(second @ sig(first @ xi[:, None] + first_bias) + second_bias))
