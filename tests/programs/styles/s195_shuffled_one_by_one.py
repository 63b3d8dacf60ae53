import random, math
random.seed(42)

xs = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(60)]
ts = [1 if a > b*b - 0.2 else 0 for a, b in xs]

H = 4
w = [[random.gauss(0, 1) for _ in range(3)] for _ in range(H)]
v = [random.gauss(0, 1) for _ in range(H + 1)]
sg = lambda s: 1/(1 + math.exp(-s))

def net(x):
    h = [math.tanh(r[0]*x[0] + r[1]*x[1] + r[2]) for r in w]
    return h, sg(sum(a*b for a, b in zip(v, h)) + v[H])

lr = 0.1
for epoch in range(150):
    random.shuffle(xs)
    random.shuffle(ts)
    J = 0
    for x, t in zip(xs, ts):
        h, o = net(x)
        J -= t*math.log(o) + (1 - t)*math.log(1 - o)
        d = o - t
        for j in range(H):
            dj = d*v[j]*(1 - h[j]**2)
            w[j][0] -= lr*dj*x[0]
            w[j][1] -= lr*dj*x[1]
            w[j][2] -= lr*dj
            v[j] -= lr*d*h[j]
        v[H] -= lr*d
    if epoch % 30 == 0:
        print(epoch, J/60)
print(J/60)
