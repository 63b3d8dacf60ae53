import numpy as np

np.random.seed(12)
X = np.random.rand(40, 1) * 4 - 2
y = 0.5 * X ** 2 + 1

W1 = np.random.randn(1, 10)
b1 = np.random.randn(10)
W2 = np.random.randn(10, 1) * 0.3
b2 = np.zeros(1)

def relu(x):
    return np.where(x > 0, x, 0)

def predict(x):
    return relu(x @ W1) @ W2 + b2

lr = 0.01
for i in range(2000):
    # forward
    z = X @ W1 + b1
    h = relu(z)

    # backprop of mse
    yp = predict(X)
    grad_y = 2.0 * (yp - y) / len(X)
    grad_W2 = h.T @ grad_y
    grad_b2 = grad_y.sum(axis=0)
    grad_h = grad_y @ W2.T
    grad_z = grad_h * (z > 0)
    grad_W1 = X.T @ grad_z
    grad_b1 = grad_z.sum(axis=0)

    W1 -= lr * grad_W1
    b1 -= lr * grad_b1
    W2 -= lr * grad_W2
    b2 -= lr * grad_b2

    if i % 400 == 0:
        print(i, np.mean((predict(X) - y) ** 2))
