import numpy as np

np.random.seed(13)

# scaled tanh as in the "efficient backprop" paper, one learning rate per layer
A, S = 1.7159, 2.0 / 3.0

def act(z):
    return A * np.tanh(S * z)

def act_prime(a):
    return S / A * (A - a) * (A + a)

pts = [np.array([[x, y]]) for x in (-1.5, -0.5, 0.5, 1.5) for y in (-1.5, -0.5, 0.5, 1.5)]
side = [np.array([[1.0 if p[0, 0] * p[0, 1] > 0 else -1.0]]) for p in pts]

W = [np.random.randn(3, 8) / np.sqrt(3), np.random.randn(9, 1) / 3.0]
eta = [0.08, 0.03]

def add_one(row):
    return np.hstack([row, [[1.0]]])

for sweep in range(400):
    se = 0
    for n in np.random.permutation(len(pts)):
        i0 = add_one(pts[n])
        o0 = act(i0.dot(W[0]))
        i1 = add_one(o0)
        o1 = act(i1.dot(W[1]))

        miss = side[n] - o1
        se += 0.5 * miss[0, 0] ** 2

        g1 = miss * act_prime(o1)
        g0 = g1.dot(W[1][:-1].T) * act_prime(o0)

        W[1] += eta[1] * i1.T.dot(g1)
        W[0] += eta[0] * i0.T * g0
    eta = [e * 0.998 for e in eta]
    if sweep % 50 == 0:
        print('sweep', sweep, 'error', se / len(pts))

hit = sum(np.sign(act(add_one(act(add_one(p).dot(W[0]))).dot(W[1])))[0, 0] == s[0, 0] for p, s in zip(pts, side))
print('hits', hit, '/', len(pts))
