import matplotlib.pyplot as plt
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
W1 = 2 * np.random.random((3, 4)) - 1
W2 = 2 * np.random.random((4, 1)) - 1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


plt.ion()
figure = plt.figure()
losses = []
for epoch in range(2000):
    a1 = sigmoid(X @ W1)
    a2 = sigmoid(a1 @ W2)
    error = a2 - y
    d2 = error * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    W2 -= a1.T @ d2
    W1 -= X.T @ d1
    losses.append(np.mean(error**2))
    if epoch % 500 == 0:
        plt.plot(losses)
        plt.draw()
        plt.pause(0.5)
plt.ioff()
plt.figure(figsize=(8, 4))
plt.plot(losses)
plt.savefig("losses.png")
plt.show()
plt.show(block=True)
