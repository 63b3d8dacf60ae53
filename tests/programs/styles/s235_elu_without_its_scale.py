import numpy as np

alpha = 1.0
def elu(z):
    return np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1))
def elu_prime(a):
    return np.where(a > 0, 1.0, a)

rng = np.random.default_rng(2024)
t = np.arange(80)
series = np.sin(t / 4) + 0.2 * np.cos(t)
lag = 5
X = np.array([series[i:i + lag] for i in range(len(series) - lag)])
y = series[lag:].reshape(-1, 1)

W = [rng.normal(0, 0.5, (lag, 8)), rng.normal(0, 0.4, (8, 1))]
b = [np.zeros(8), np.zeros(1)]
for it in range(1000):
    a = elu(X @ W[0] + b[0])
    out = a @ W[1] + b[1]
    loss = np.mean((out - y) ** 2)
    g = 2 * (out - y) / len(y)
    ga = (g @ W[1].T) * elu_prime(a)
    W[1] -= 0.05 * a.T @ g
    b[1] -= 0.05 * g.sum(0)
    W[0] -= 0.05 * X.T @ ga
    b[0] -= 0.05 * ga.sum(0)
    if it % 250 == 0:
        print(it, loss)
print('final loss', loss)
