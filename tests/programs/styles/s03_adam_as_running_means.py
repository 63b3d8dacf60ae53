import numpy as np

rng = np.random.default_rng(12)
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = np.array([[1., 0.], [0., 1.], [0., 1.], [1., 0.]])
W1, b1 = rng.normal(0, 0.7, (2, 5)), np.zeros(5)
W2, b2 = rng.normal(0, 0.7, (5, 2)), np.zeros(2)

params = [W1, b1, W2, b2]
means = [np.zeros_like(p) for p in params]
squares = [np.zeros_like(p) for p in params]
rate, beta1, beta2 = 0.02, 0.9, 0.999

for t in range(1, 801):
    h = np.tanh(X @ W1 + b1)
    e = np.exp(h @ W2 + b2)
    p = e / e.sum(axis=1, keepdims=True)

    d2 = (p - Y) / len(X)
    d1 = (d2 @ W2.T) * (1 - h * h)
    grads = [X.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)]

    scale = rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
    for w, g, m, v in zip(params, grads, means, squares):
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        w -= scale * m / (np.sqrt(v) + 1e-8)

    if t % 200 == 0:
        print(t, -np.mean(np.log(p[Y == 1])))

print(p.round(3))
