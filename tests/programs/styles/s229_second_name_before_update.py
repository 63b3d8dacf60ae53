import numpy as np

def sigmoid(v):
    return 1 / (1 + np.exp(-v))

AND_XOR = np.array([[0, 0, 0, 0], [0, 1, 0, 1], [1, 0, 0, 1], [1, 1, 1, 0]], dtype=float)
X = AND_XOR[:, :2]
T = AND_XOR[:, 2:]
np.random.seed(5)
W1 = np.random.randn(2, 5)
B1 = np.random.randn(5)
W2 = np.random.randn(5, 2)
B2 = np.random.randn(2)
ETA = 1.5

for n in range(4000):
    H = sigmoid(X.dot(W1) + B1)
    O = sigmoid(H.dot(W2) + B2)

    dO = (T - O) * O * (1 - O)
    # keep the weights from before the update, the hidden layer needs them
    W2_old = W2
    W2 += ETA * H.T.dot(dO)
    B2 += ETA * dO.sum(axis=0)

    dH = dO.dot(W2_old.T) * H * (1 - H)
    W1 += ETA * X.T.dot(dH)
    B1 += ETA * dH.sum(axis=0)

    if n % 1000 == 0:
        print(n, np.sum((T - O) ** 2) / 2)
print(O.round(2))
