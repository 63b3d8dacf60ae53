import numpy as np
rng = np.random.default_rng(55)
n = 90
lab = (rng.random(n) < 0.2).astype(int)               # rare class
X = rng.normal(size=(n, 2)) + lab[:, None] * np.array([1.6, 1.2])
multi = np.stack([lab, (X[:, 0] > X[:, 1]).astype(int)], axis=1).astype(float)   # two yes/no outputs
cw = np.array([n / (2 * np.sum(lab == 0)), n / (2 * np.sum(lab == 1))])          # class weights
sw = cw[lab]                                          # 1-d, one per sample
mask = (rng.random((n, 2)) < 0.85).astype(float)      # 2-d: some answers are missing

W1 = rng.normal(size=(2, 8)); c1 = np.zeros(8)
W2 = rng.normal(size=(8, 2)) * .4; c2 = np.zeros(2)

def weighted(sample_w, el_mask, p, t):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    ce = -(t * np.log(p) + (1 - t) * np.log(1 - p))
    return (ce * el_mask * sample_w[:, None]).sum() / el_mask.sum()

for it in range(401):
    h = np.maximum(X @ W1 + c1, 0)
    p = 1 / (1 + np.exp(-h @ W2 - c2))
    if it % 100 == 0:
        plain = weighted(np.ones(n), np.ones((n, 2)), p, multi)
        print(it, 'weighted', weighted(sw, mask, p, multi), 'plain', plain)
    d = (p - multi) * mask * sw[:, np.newaxis] / mask.sum()
    dh = (d @ W2.T)
    dh[h <= 0] = 0
    W2 -= 0.3 * (h.T @ d); c2 -= 0.3 * d.sum(axis=0)
    W1 -= 0.3 * (X.T @ dh); c1 -= 0.3 * dh.sum(axis=0)
