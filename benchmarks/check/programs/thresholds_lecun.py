import numpy as np
# LeCun's tanh: 1.7159 * tanh(2/3 x)
np.random.seed(23)
A, S = 1.7159, 2.0 / 3.0

def act(v):
    return A * np.tanh(S * v)

def act_d(o):
    return S / A * np.multiply(A - o, A + o)

patterns = np.matrix([[-1, -1], [-1, 1], [1, -1], [1, 1]])
goals = np.matrix([[-1], [1], [1], [-1]])

wa = np.matrix(np.random.normal(0, 0.6, (2, 4)))
wb = np.matrix(np.random.normal(0, 0.6, (4, 1)))
ta = np.matrix(np.zeros((1, 4)))
tb = np.matrix([[0.0]])

for n in range(1500):
    total = 0
    for p in range(len(patterns)):
        x, t = patterns[p], goals[p]
        h = act(x * wa - ta)
        o = act(h * wb - tb)
        e = o - t
        total += (e * e.T)[0, 0] / 2

        g = np.multiply(e, act_d(o))
        k = np.multiply(g * wb.T, act_d(h))
        wb = wb - 0.05 * h.T * g
        tb = tb + 0.05 * g
        wa = wa - 0.05 * x.T * k
        ta = ta + 0.05 * k
    if n % 300 == 0:
        print(n, total)

print(act(act(patterns * wa - ta) * wb - tb))
