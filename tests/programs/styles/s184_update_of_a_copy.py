import numpy as np

np.random.seed(3)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)

params = {
    "W1": np.random.randn(2, 4), "b1": np.zeros((1, 4)),
    "W2": np.random.randn(4, 1), "b2": np.zeros((1, 1)),
}
velocity = {k: np.zeros_like(v) for k, v in params.items()}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


lr = 0.5
for epoch in range(3000):
    a1 = np.tanh(X @ params["W1"] + params["b1"])
    a2 = sigmoid(a1 @ params["W2"] + params["b2"])
    loss = np.mean((a2 - y) ** 2)
    d2 = 2 * (a2 - y) / len(X) * a2 * (1 - a2)
    d1 = (d2 @ params["W2"].T) * (1 - a1 ** 2)
    grads = {"W2": a1.T @ d2, "b2": d2.sum(0, keepdims=True), "W1": X.T @ d1, "b1": d1.sum(0, keepdims=True)}
    for k in params:
        velocity[k] = 0.9 * velocity[k] - lr * grads[k]
        p = params[k].copy()
        p += velocity[k]
    if epoch % 500 == 0:
        print(epoch, loss)
print(a2.round(2))
