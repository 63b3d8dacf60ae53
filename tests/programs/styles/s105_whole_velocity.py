import numpy as np

np.random.seed(12)

# three-way sort of random points by the sign pattern, momentum as in the lecture
X = np.random.randn(90, 3)
labels = (X[:, 0] > 0).astype(int) + (X[:, 1] + X[:, 2] > 0)
T = np.eye(3)[labels]

P = {"W1": np.random.randn(3, 8) * 0.5, "b1": np.random.randn(8) * 0.1,
     "W2": np.random.randn(8, 3) * 0.5, "b2": np.random.randn(3) * 0.1}
VW1 = np.zeros((3, 8))
VW2 = np.zeros((8, 3))
Vb1 = np.zeros(8, int)
Vb2 = np.zeros(3)
rate, keep = 0.02, 0.8

for it in range(400):
    H = np.maximum(0, X @ P["W1"] + P["b1"])
    S = H @ P["W2"] + P["b2"]
    E = np.exp(S - S.max(axis=1, keepdims=True))
    O = E / E.sum(axis=1, keepdims=True)

    dS = (O - T) / len(X)
    dH = dS @ P["W2"].T * (H > 0)

    VW2[...] = keep * VW2 - rate * (H.T @ dS)
    Vb2[...] = keep * Vb2 - rate * dS.sum(0)
    VW1[...] = keep * VW1 - rate * (X.T @ dH)
    Vb1[...] = keep * Vb1 - rate * dH.sum(0)
    P["W2"] += VW2
    P["b2"] += Vb2
    P["W1"] += VW1
    P["b1"] += Vb1

print("right:", (O.argmax(1) == labels).mean())
