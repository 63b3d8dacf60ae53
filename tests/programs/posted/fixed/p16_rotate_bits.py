import numpy as np
# learn to rotate 4 bits one place to the left. four training patterns, four hidden units

X = np.array([
    [1, 0, 0, 1],
    [0, 1, 1, 0],
    [1, 1, 0, 0],
    [0, 1, 0, 1],
])
T = np.roll(X, -1, axis=1)

np.random.seed(2)
U = np.random.uniform(-1.5, 1.5, (4, 4))
c = np.zeros(4)
V = np.random.uniform(-1.5, 1.5, (4, 4))
d = np.zeros(4)

logsig = lambda z: 1 / (1 + np.exp(-z))
lr = 0.7

for n in range(3000):
    H = logsig(X.dot(U) + c)
    P = logsig(H.dot(V) + d)
    E = P - T
    if n % 500 == 0:
        print(n, 'sum of squares', (E * E).sum())

    dP = E * P * (1 - P)
    dH = dP.dot(V.T) * H * (1 - H)

    V -= lr * H.T.dot(dP)
    d -= lr * dP.sum(0)
    U -= lr * X.T.dot(dH)
    c -= lr * dH.sum(0)

print(np.round(P, 2))
print(T)
