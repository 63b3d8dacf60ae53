# AMSGrad over one flat vector of about 190 numbers (interleaved: each unit's bias right after its weights)
import numpy as np
rng = np.random.default_rng(60)
sizes = [4, 12, 8, 2]
shapes = [(o, i + 1) for i, o in zip(sizes, sizes[1:])]
ends = np.cumsum([r * c for r, c in shapes])
flat = rng.normal(0, .5, ends[-1])

def views(v):
    return [v[e - r * c:e].reshape(r, c) for e, (r, c) in zip(ends, shapes)]

mats = views(flat)                    # views: changing flat changes these too
X = rng.normal(size=(4, 40))
T = np.vstack([X[0] * X[1], np.sin(X[2]) - X[3] ** 2 / 4])
m = np.zeros_like(flat)
v = np.zeros_like(flat)
vmax = np.zeros_like(flat)
WEIGHT_DECAY = 1e-4
for k in range(1, 401):
    acts = [X]
    for M in mats:
        z = M[:, :-1] @ acts[-1] + M[:, -1:]
        acts.append(z if M is mats[-1] else np.tanh(z))
    d = (acts[-1] - T) / X.shape[1]
    g = np.zeros_like(flat)
    gm = views(g)
    for l in range(len(mats) - 1, -1, -1):
        gm[l][:, :-1] = d @ acts[l].T
        gm[l][:, -1] = d.sum(1)
        if l:
            d = mats[l][:, :-1].T @ d * (1 - acts[l] ** 2)
    g += WEIGHT_DECAY * flat
    m = .9 * m + .1 * g
    v = .99 * v + .01 * g * g
    np.maximum(vmax, v, out=vmax)
    flat -= 0.02 * m / (np.sqrt(vmax) + 1e-8)
    if k % 100 == 0:
        print(k, 'rms', np.sqrt(np.mean((acts[-1] - T) ** 2)))
