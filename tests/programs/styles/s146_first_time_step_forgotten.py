# small RNN, predicts the mean of a sequence after the last step
import numpy as np
np.random.seed(5)

T = 4
H = 6
Wx = np.random.randn(H, 1) * 0.5
Wh = np.random.randn(H, H) * 0.3
bh = np.zeros((H, 1))
Wy = np.random.randn(1, H) * 0.5
by = np.zeros((1, 1))
lr = 0.05

seqs = np.random.uniform(-1, 1, (30, T))
targets = seqs[:, 0] * 0.8 + seqs[:, 1] * 0.5 - seqs[:, 3] * 0.5

for epoch in range(60):
    total = 0
    for seq, target in zip(seqs, targets):
        hs = {-1: np.zeros((H, 1))}
        for t in range(T):
            hs[t] = np.tanh(Wx * seq[t] + Wh @ hs[t - 1] + bh)
        y = Wy @ hs[T - 1] + by
        total += 0.5 * float((y[0, 0] - target) ** 2)

        dy = y - target
        dWy = dy @ hs[T - 1].T
        dby = dy
        dWx = np.zeros_like(Wx)
        dWh = np.zeros_like(Wh)
        dbh = np.zeros_like(bh)
        dh = Wy.T @ dy
        for t in range(T - 1, 0, -1):
            da = dh * (1 - hs[t] ** 2)
            dWx += da * seq[t]
            dWh += da @ hs[t - 1].T
            dbh += da
            dh = Wh.T @ da

        for p, g in ((Wx, dWx), (Wh, dWh), (bh, dbh), (Wy, dWy), (by, dby)):
            p -= lr * g
    if epoch % 10 == 0:
        print(epoch, total / len(seqs))
