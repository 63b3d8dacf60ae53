import numpy as np
np.random.seed(3)
x = np.random.randn(40, 5)
y = np.sign(x[:, :1] * x[:, 1:2])
W1 = np.random.randn(5, 30)
W2 = np.random.randn(30, 1) / 5
def backward(h, e):
    dh = (e @ W2.T) * (1 - h * h)
    dx = dh @ W1.T
    return x.T @ dh, dx
for t in range(2000):       # only the first layer learns here
    h = np.tanh(x @ W1)
    f = h @ W2
    e = (f - y) / 40
    g, dx = backward(h, e)
    W1 -= 0.5 * g
    if t % 400 == 0: print(t, 0.5 * np.mean((f - y) ** 2))
