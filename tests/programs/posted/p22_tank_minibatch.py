import numpy as np

rs = np.random.RandomState(99)

# valve opening and level of a water tank -> outflow
A = rs.uniform(0, 1, (160, 2))
B = (A[:, [0]] * np.sqrt(A[:, [1]] + 0.1) * 2 - 0.5)

HIDDEN = 8
BATCH = 8
LR = 0.05

K1 = rs.randn(2, HIDDEN)
o1 = rs.randn(1, HIDDEN) * 0.5
K2 = rs.randn(HIDDEN, HIDDEN) / np.sqrt(HIDDEN)
o2 = rs.randn(1, HIDDEN) * 0.5
K3 = rs.randn(HIDDEN, 1) * 0.3
o3 = np.zeros((1, 1))

for epoch in range(400):
    idx = rs.permutation(len(A))
    for s in range(0, len(A), BATCH):
        x = A[idx[s:s + BATCH]]
        t = B[idx[s:s + BATCH]]

        h1 = np.tanh(np.dot(x, K1) + o1)
        h2 = np.tanh(np.dot(h1, K2) + o2)
        out = np.dot(h2, K3) + o3

        e3 = 2 * (out - t) / BATCH
        e2 = np.dot(e3, K3.T) * (1 - h2 ** 2)
        e1 = np.dot(e2, K2.T)

        K3 -= LR * np.dot(h2.T, e3)
        o3 -= LR * e3.sum(axis=0)
        K2 += LR * np.dot(h1.T, e2)
        o2 -= LR * e2.mean(axis=1)
        K1 -= LR * np.dot(x.T, e1)
        o1 -= LR * e1.sum(axis=0)

    if epoch % 80 == 0:
        full = np.dot(np.tanh(np.dot(np.tanh(np.dot(A, K1) + o1), K2) + o2), K3) + o3
        print("epoch", epoch, "mse", np.mean((full - B) ** 2))

full = np.dot(np.tanh(np.dot(np.tanh(np.dot(A, K1) + o1), K2) + o2), K3) + o3
print("mse", np.mean((full - B) ** 2), "explained", 1 - np.mean((full - B) ** 2) / np.var(B))
