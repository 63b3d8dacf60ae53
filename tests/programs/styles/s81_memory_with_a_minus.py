import numpy as np
np.random.seed(3)
X = np.linspace(-1, 1, 40).reshape(1, -1)
T = X ** 3 - 0.5 * X
sizes = [1, 10, 1]
W = [np.random.randn(b, a) for a, b in zip(sizes, sizes[1:])]
B = [np.zeros((b, 1)) for b in sizes[1:]]
dW_old = [0 * w for w in W]
dB_old = [0 * b for b in B]
lr, mom = 0.02, 0.9
for ep in range(1500):
    A = [X]
    A.append(np.tanh(W[0] @ A[-1] + B[0]))
    A.append(W[1] @ A[-1] + B[1])
    err = A[2] - T
    D = [None, err]
    D[0] = W[1].T @ D[1] * (1 - A[1] ** 2)
    for l in range(2):
        dW = lr * D[l] @ A[l].T + mom * dW_old[l]
        dB = lr * D[l].sum(axis=1, keepdims=True) + mom * dB_old[l]
        W[l] = W[l] - dW
        B[l] = B[l] - dB
        dW_old[l] = -dW
        dB_old[l] = -dB
    if ep % 300 == 0:
        print(ep, np.mean(err ** 2))
