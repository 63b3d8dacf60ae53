import numpy as np

rng = np.random.RandomState(4)
X = np.hstack([rng.uniform(-1, 1, (40, 2)), np.ones((40, 1))])
T = np.sin(3 * X[:, :1]) * X[:, 1:2]
A = rng.randn(3, 7) * 0.7
B = rng.randn(8, 1) * 0.5
for epoch in range(600):
    H = np.tanh(X.dot(A))
    HB = np.hstack([H, np.ones((40, 1))])
    O = HB.dot(B)
    E = O - T
    dHB = E.dot(B.T)
    dH = dHB[:, :-1]
    B -= 0.01 * HB.T.dot(E)
    A -= 0.01 * X.T.dot(dH)
    if epoch % 100 == 0:
        print(epoch, np.mean(E ** 2))
