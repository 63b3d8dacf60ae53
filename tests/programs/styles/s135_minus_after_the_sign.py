import numpy as np

# [size/100 m2, rooms/5, age/50] -> price
data = np.array([
    [0.50, 0.4, 0.10, 0.30],
    [0.72, 0.6, 0.30, 0.38],
    [0.95, 0.6, 0.02, 0.61],
    [1.10, 0.8, 0.50, 0.55],
    [1.30, 1.0, 0.20, 0.80],
    [0.65, 0.4, 0.60, 0.28],
    [0.80, 0.6, 0.90, 0.26],
    [1.50, 1.0, 0.04, 0.97],
])
X = data[:, :3]
y = data[:, 3:]

np.random.seed(10)
W1 = np.random.randn(3, 4)
b1 = np.zeros((1, 4))
W2 = np.random.randn(4, 1)
b2 = np.zeros((1, 1))
lr = 0.1

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

for epoch in range(1000):
    # forward
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    pred = a1 @ W2 + b2

    error = pred - y
    mse = (error ** 2).mean()

    # backward
    d2 = 2 * error / len(X)
    dW2 = a1.T @ d2
    db2 = d2.sum(axis=0, keepdims=True)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    dW1 = X.T @ d1
    db1 = d1.sum(axis=0, keepdims=True)

    # update
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 =- lr * dW2
    b2 -= lr * db2

    if epoch % 200 == 0:
        print("epoch %d mse %.5f" % (epoch, mse))
