import numpy as np

t = np.linspace(-2, 2, 50)
goal = np.sin(2 * t) + 0.1 * t
N = 7


def loss_of(p):
    h = np.tanh(np.outer(t, p[:N]) + p[N:2 * N])
    return np.mean((h @ p[2 * N:3 * N] + p[3 * N] - goal) ** 2)


def gradient_of(p):
    h = np.tanh(np.outer(t, p[:N]) + p[N:2 * N])
    r = h @ p[2 * N:3 * N] + p[3 * N] - goal
    d = 2 * r / t.size
    dh = np.outer(d, p[2 * N:3 * N]) * (1 - h ** 2)
    out = np.empty_like(p)
    out[:N] = t @ dh
    out[N:2 * N] = dh.sum()
    out[2 * N:3 * N] = h.T @ d
    out[3 * N] = d.sum()
    return np.mean(r ** 2), out


p = np.random.RandomState(4).randn(3 * N + 1)
step = 0.05
value, slope = gradient_of(p)
for k in range(2000):
    new = p - step * slope
    if loss_of(new) < value:
        p = new
        value, slope = gradient_of(p)
    else:
        step = step / 2
    if k % 400 == 0:
        print(k, value)
