import numpy as np

def leaky_relu(x):
    return np.where(x > 0, x, 0.1 * x)

def leaky_relu_grad(x):
    return np.where(x > 0, 1.0, 0.01)

np.random.seed(31)
X = np.random.randn(40, 3)
y = (np.sum(X ** 2, axis=1) > 2.5).astype(float).reshape(-1, 1)

w = {1: np.random.randn(3, 6) * 0.5, 2: np.random.randn(6, 5) * 0.5, 3: np.random.randn(5, 1) * 0.5}
b = {1: np.zeros(6), 2: np.zeros(5), 3: np.zeros(1)}

for epoch in range(500):
    z1 = X @ w[1] + b[1]
    a1 = leaky_relu(z1)
    z2 = a1 @ w[2] + b[2]
    a2 = leaky_relu(z2)
    logits = a2 @ w[3] + b[3]
    prob = 1 / (1 + np.exp(-logits))
    bce = -np.mean(y * np.log(prob) + (1 - y) * np.log(1 - prob))

    g3 = (prob - y) / len(y)
    g2 = g3 @ w[3].T * leaky_relu_grad(z2)
    g1 = g2 @ w[2].T * leaky_relu_grad(z1)
    lr = 0.2
    w[3] -= lr * a2.T @ g3
    b[3] -= lr * g3.sum(axis=0)
    w[2] -= lr * a1.T @ g2
    b[2] -= lr * g2.sum(axis=0)
    w[1] -= lr * X.T @ g1
    b[1] -= lr * g1.sum(axis=0)
    if epoch % 100 == 0:
        print("bce", bce)
