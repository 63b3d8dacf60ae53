import numpy as np
rng = np.random.default_rng(0)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float)
Y = np.array([[0], [1], [1], [0]], dtype=float)
sizes = [3, 4, 4, 1]
Ws = [rng.normal(0, 1, (m, n)) for m, n in zip(sizes, sizes[1:])]
lr = 0.8
for it in range(4000):
    acts = [X]
    for W in Ws:
        acts.append(1 / (1 + np.exp(-acts[-1] @ W)))
    delta = (acts[-1] - Y) * acts[-1] * (1 - acts[-1])
    grads = []
    for i in range(len(Ws) - 1, 0, -1):
        grads.append(acts[i].T @ delta)
        delta = (delta @ Ws[i].T) * acts[i] * (1 - acts[i])
    for W, g in zip(Ws[::-1], grads):
        W -= lr * g
    if it % 1000 == 0:
        print(0.5 * np.sum((acts[-1] - Y) ** 2))
