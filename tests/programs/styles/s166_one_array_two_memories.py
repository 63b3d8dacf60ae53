# momentum, four in - four hidden - four out
import numpy as np
np.random.seed(70)
X = np.eye(4)
Y = np.roll(np.eye(4), 1, axis=1)
W1 = np.random.randn(4, 4) * 0.8
W2 = np.random.randn(4, 4) * 0.8
V1 = V2 = np.zeros((4, 4))
lr = 0.2

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

for epoch in range(600):
    h = sigmoid(X @ W1)
    o = sigmoid(h @ W2)
    loss = 0.5 * np.sum((o - Y) ** 2)
    do = (o - Y) * o * (1 - o)
    dh = (do @ W2.T) * h * (1 - h)
    V2 *= 0.8
    V2 += h.T @ do
    V1 *= 0.8
    V1 += X.T @ dh
    W2 -= lr * V2
    W1 -= lr * V1
    if epoch % 100 == 0:
        print(epoch, loss)
