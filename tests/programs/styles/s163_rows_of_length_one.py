# each hidden unit's weight vector is renormalised to length 1 after the step (plain lists)
import math, random
random.seed(31)
H = 10
def unit(v):
    n = math.sqrt(sum(q * q for q in v))
    return [q / n for q in v]
W = [unit([random.gauss(0, 1) for _ in range(3)]) for _ in range(H)]
V = [random.gauss(0, .5) for _ in range(H + 1)]
D = []
for _ in range(40):
    a, b = random.uniform(-2, 2), random.uniform(-2, 2)
    D.append(([a, b, 1.0], math.tanh(a * b)))
lr = 0.03
for ep in range(200):
    s = 0
    for x, t in D:
        h = [math.tanh(2 * sum(p * q for p, q in zip(w, x))) for w in W] + [1.0]
        o = sum(p * q for p, q in zip(V, h))
        e = o - t
        s += e * e
        for j in range(H):
            k = e * V[j] * 2 * (1 - h[j] * h[j])
            W[j] = unit([w - lr * k * q for w, q in zip(W[j], x)])
        V = [p - lr * e * q for p, q in zip(V, h)]
    if ep % 40 == 0:
        print(ep, 'mse', s / len(D))
print('mse', s / len(D))
