import numpy as np
rng = np.random.default_rng(0)
W = rng.normal(size=(2, 3)); V = rng.normal(size=(3, 1))
data = [(np.array([[a, b]], float), float(a ^ b)) for a in (0, 1) for b in (0, 1)]
def learn(x, t):
    global W, V
    h = np.tanh(x @ W); y = (h @ V)[0, 0]
    d = y - t
    dh = d * V.T * (1 - h * h)
    V -= 0.1 * d * h.T
    W -= 0.1 * x.T @ dh
    return d * d
for epoch in range(2000):
    worst = max([learn(x, t) for x, t in data])
    if epoch % 500 == 0:
        print(epoch, worst)
