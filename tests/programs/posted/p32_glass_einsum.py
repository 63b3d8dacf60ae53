import numpy as np

rng = np.random.default_rng(3)

# three kinds of glass from two optical measurements
kinds = rng.integers(0, 3, size=90)
mid = np.array([[0.0, 1.0], [-0.9, -0.5], [0.9, -0.5]])
feats = mid[kinds] + 0.3 * rng.standard_normal((90, 2))
T = np.zeros((90, 3))
T[np.arange(90), kinds] = 1

M = rng.standard_normal((6, 2))
m = np.zeros(6)
R = rng.standard_normal((3, 6)) * 0.5
r = np.zeros(3)


def squeeze(z):
    e = np.exp(z - z.max(1)[:, None])
    return e / e.sum(1)[:, None]


for k in range(1200):
    h = np.arctan(np.einsum("hi,ni->nh", M, feats) + m)
    q = squeeze(np.einsum("oh,nh->no", R, h) + r)
    brier = np.mean(np.sum((q - T) ** 2, axis=1))

    # d brier / d logits, through the whole jacobian of the softmax
    J = np.einsum("no,op->nop", q, np.eye(3)) - np.einsum("no,np->nop", q, q)
    s = np.einsum("no,nop->np", 2 * (q - T) / len(T), J)
    u = np.einsum("np,ph->nh", s, R) / (1 + np.tan(h) ** 2)

    R -= 0.9 * np.einsum("np,nh->ph", s, h)
    r -= 0.9 * np.einsum("np->p", s)
    M -= 0.9 * np.einsum("nh,ni->hi", u, feats)
    m -= 0.9 * np.einsum("nh->h", u)
    if k % 200 == 0:
        print(k, "brier score", brier)

print("accuracy", np.mean(q.argmax(1) == kinds), "brier", brier)
