import numpy as np

np.random.seed(11)

# is the point inside the ellipse?
pts = np.random.uniform(-2, 2, size=(80, 2))
lab = ((pts[:, 0] / 1.6) ** 2 + (pts[:, 1] / 1.0) ** 2 < 1).astype(float)

sizes = [2, 8, 5, 1]
W = []
b = []
for n_from, n_to in zip(sizes, sizes[1:]):
    W.append(np.random.randn(n_to, n_from))
    b.append(np.zeros(n_to))

eta = 0.5


def f(z):
    return 1.0 / (1.0 + np.exp(-z))


def run(x):
    a = [x]
    for Wl, bl in zip(W, b):
        a.append(f(Wl.dot(a[-1]) + bl))
    return a


for epoch in range(180):
    total = 0
    for n in np.random.permutation(len(pts)):
        a = run(pts[n])
        e = a[-1] - lab[n]
        total += 0.5 * float(e @ e)

        delta = e * a[-1] * (1 - a[-1])
        for l in range(len(W) - 1, -1, -1):
            back = W[l].T.dot(delta)
            W[l] -= eta * np.outer(delta, a[l])
            b[l] -= eta * delta
            if l > 0:
                delta = back * a[l] * (1 - a[l])

    if epoch % 30 == 0:
        print('epoch %3d   error %.4f' % (epoch, total))

hits = sum((run(x)[-1][0] > 0.5) == (t > 0.5) for x, t in zip(pts, lab))
print('right:', hits, 'of', len(pts))
