import numpy as np
rs = np.random.RandomState(42)

D, K = 3, 3            # same width, tanh code

def split(theta):
    a = D * K
    W = theta[:a].reshape(D, K)
    V = theta[a:2 * a].reshape(K, D)
    b = theta[2 * a:2 * a + K]
    c = theta[2 * a + K:]
    return W, V, b, c

def build(X):
    n = X.shape[0]

    def cost(theta):
        W, V, b, c = split(theta)
        code = np.tanh(X.dot(W) + b)
        return 0.5 * np.sum((code.dot(V) + c - X) ** 2) / n

    def grad(theta):
        W, V, b, c = split(theta)
        code = np.tanh(X.dot(W) + b)
        E = (code.dot(V) + c - X) / n
        dcode = E.dot(V.T) * (1 - code ** 2)
        return np.concatenate([
            X.T.dot(dcode).ravel(),
            code.T.dot(E).ravel(),
            E.sum(0),
            dcode.sum(0),
        ])

    return cost, grad

X = rs.randn(50, 2).dot(rs.randn(2, 3)) * 0.7
cost, grad = build(X)
theta = rs.randn(2 * D * K + K + D) * 0.3
vel = np.zeros_like(theta)
for it in range(800):
    vel = 0.8 * vel - 0.05 * grad(theta)
    theta = theta + vel
    if it % 100 == 0:
        print(it, cost(theta))
print("final", cost(theta))
