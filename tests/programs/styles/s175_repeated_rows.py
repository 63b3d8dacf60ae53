# next-letter model with an embedding table, full batch
import numpy as np
text = "hello world hello there"
chars = sorted(set(text))
ix = np.array([chars.index(c) for c in text])
x, y = ix[:-1], ix[1:]
V, D = len(chars), 5
rng = np.random.RandomState(0)
E = rng.randn(V, D) * 0.5
W = rng.randn(D, V) * 0.5
b = np.zeros(V)

for step in range(300):
    e = E[x]
    logits = e @ W + b
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    dlogits = p.copy()
    dlogits[np.arange(len(y)), y] -= 1
    dlogits /= len(y)
    dW = e.T @ dlogits
    db = dlogits.sum(axis=0)
    de = dlogits @ W.T
    dE = np.zeros_like(E)
    dE[x] += de
    E -= 0.5 * dE
    W -= 0.5 * dW
    b -= 0.5 * db
    if step % 50 == 0:
        print(step, loss)
