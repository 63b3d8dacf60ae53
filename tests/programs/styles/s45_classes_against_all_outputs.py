import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(80, 3))
y = (X @ np.array([1.0, -2.0, 0.5]) + 0.3 > 0).astype(float)
w = np.zeros((3, 1))
b = 0.0
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(300):
    p = sigmoid(X @ w + b)
    diff = p - y
    grad_w = (X.T @ diff).mean(axis=1, keepdims=True) / len(X)
    grad_b = diff.mean()
    w = w - 0.5 * grad_w
    b = b - 0.5 * grad_b
    if epoch % 50 == 0:
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        print(epoch, loss)
