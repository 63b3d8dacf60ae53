import numpy as np

np.random.seed(31)
points = np.array([[0, 0, 1, 1], [0, 1, 0, 1]]).T
labels = np.array([0, 1, 1, 0])

U = np.random.randn(6, 2)
cu = np.random.randn(6, 1)
V = np.random.randn(1, 6)
cv = np.zeros((1, 1))
lr_hidden, lr_out = 0.5, 0.3

for i in range(8000):
    k = np.random.randint(4)
    p = points[k].reshape(2, 1)
    h = np.tanh(U @ p + cu)
    o = 1 / (1 + np.exp(-(V @ h + cv)))

    miss = o - labels[k]
    d_o = miss * o * (1 - o)
    d_h = (V.T @ d_o) * (1 - h ** 2)

    V = V - lr_out * d_o @ h.T
    cv = cv - lr_out * d_o
    U = U - lr_hidden * d_h @ p.T
    cu = cu - lr_hidden * miss

    if i % 2000 == 0:
        print(i, 0.5 * miss.item() ** 2)
