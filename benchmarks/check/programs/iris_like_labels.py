import numpy as np

rng = np.random.default_rng(12)

# made-up flowers: sepal length, sepal width, petal length, petal width
means = np.array([[5.0, 3.4, 1.5, 0.2],
                  [5.9, 2.8, 4.3, 1.3],
                  [6.6, 3.0, 5.6, 2.0]])
spread = np.array([0.35, 0.33, 0.30, 0.18])
y = np.repeat([0, 1, 2], 40)
X = means[y] + spread * rng.standard_normal((120, 4))
X = (X - X.mean(axis=0)) / X.std(axis=0)


def init(n_in, n_hidden, n_classes):
    return (rng.standard_normal((n_in, n_hidden)) * np.sqrt(2 / n_in), np.zeros(n_hidden),
            rng.standard_normal((n_hidden, n_classes)) * np.sqrt(2 / n_hidden), np.zeros(n_classes))


def forward(params, X):
    W1, b1, W2, b2 = params
    h = np.maximum(0, X @ W1 + b1)
    scores = h @ W2 + b2
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    return h, probs


def loss(params, X, y, reg):
    W1, _, W2, _ = params
    _, probs = forward(params, X)
    data_loss = -np.log(probs[range(len(y)), y]).mean()
    return data_loss + 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))


def gradients(params, X, y, reg):
    W1, b1, W2, b2 = params
    h, probs = forward(params, X)
    n = len(y)
    probs[range(n), y] -= 1
    probs /= n
    dW2 = h.T @ probs + reg * W2
    db2 = probs.sum(axis=0)
    dh = probs @ W2.T
    dh[h <= 0] = 0
    dW1 = X.T @ dh + reg * W1
    db1 = dh.sum(axis=0)
    return dW1, db1, dW2, db2


def update(params, grads, lr):
    return tuple(p - lr * g for p, g in zip(params, grads))


params = init(4, 10, 3)
reg = 1e-3
for step in range(401):
    if step % 100 == 0:
        _, probs = forward(params, X)
        acc = (probs.argmax(axis=1) == y).mean()
        print(f"step {step}: loss {loss(params, X, y, reg):.4f}, accuracy {acc:.3f}")
    params = update(params, gradients(params, X, y, reg), lr=0.5)
