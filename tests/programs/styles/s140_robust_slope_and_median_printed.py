import numpy as np
# robust fit: Huber, because of the outliers; what is printed is the median absolute error
np.random.seed(9)
x = np.linspace(-1, 1, 60).reshape(-1, 1)
y = x ** 3 - 0.5 * x
y[::9] += 4.0
DELTA = 0.3

def huber_slope(r):
    small = np.abs(r) <= DELTA
    s = DELTA * np.sign(r)
    s[small] = r[small]
    return s

def huber(r):
    a = np.abs(r)
    return np.where(a <= DELTA, 0.5 * a * a, DELTA * (a - 0.5 * DELTA)).mean()

A = np.random.randn(1, 10) * 2
a = np.random.randn(10)
B = np.random.randn(10, 1) * .3
b = np.zeros(1)
cacheA, cachea, cacheB, cacheb = (np.zeros_like(v) for v in (A, a, B, b))
for epoch in range(1000):
    hid = np.tanh(x.dot(A) + a)
    f = hid.dot(B) + b
    r = f - y
    dr = huber_slope(r) / r.size
    dB, db = hid.T.dot(dr), dr.sum(0)
    dz = dr.dot(B.T) * (1 / np.cosh(x.dot(A) + a) ** 2)
    dA, da = x.T.dot(dz), dz.sum(0)
    # RMSprop
    for q, g, c in zip((A, a, B, b), (dA, da, dB, db), (cacheA, cachea, cacheB, cacheb)):
        c *= 0.95
        c += 0.05 * g ** 2
        q -= 0.003 * g / (np.sqrt(c) + 1e-6)
    if epoch % 200 == 0:
        print(epoch, 'median abs error', np.median(np.abs(r)))
print('end', np.median(np.abs(r)), huber(r))
