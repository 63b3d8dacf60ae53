# 8-3-8 encoder: squeeze 8 patterns through 3 units
from math import exp, log
from random import uniform, shuffle, seed

seed(31)
N, H = 8, 3

# row j of w1: weights into hidden unit j, the last number in each row is the bias
w1 = [[uniform(-1, 1) for i in range(N + 1)] for j in range(H)]
w2 = [[uniform(-1, 1) for j in range(H + 1)] for k in range(N)]
eta = 0.5

def sigmoid(x): return 1.0/(1.0 + exp(-x))

def run(pattern):
    hid = []
    for j in range(H):
        net = w1[j][N]
        for i in range(N):
            net += w1[j][i]*pattern[i]
        hid.append(sigmoid(net))
    out = []
    for k in range(N):
        net = w2[k][H]
        for j in range(H):
            net += w2[k][j]*hid[j]
        out.append(sigmoid(net))
    return hid, out

patterns = []
for i in range(N):
    p = [0]*N
    p[i] = 1
    patterns.append(p)

for cycle in range(1, 601):
    shuffle(patterns)
    entropy = 0.0
    for p in patterns:
        hid, out = run(p)
        for k in range(N):
            entropy -= log(out[k]) if p[k] == 1 else log(1 - out[k])
        back = [0.0]*H
        for k in range(N):
            delta = p[k] - out[k]
            for j in range(H):
                back[j] += delta*w2[k][j]        # use it first ...
                w2[k][j] += eta*delta*hid[j]     # ... then change it
            w2[k][H] += eta*delta
        for j in range(H):
            delta = back[j]*hid[j]*(1 - hid[j])
            for i in range(N):
                if p[i] == 0: continue           # saves time, nothing to add
                w1[j][i] += eta*delta*p[i]
            w1[j][N] += eta*delta
    if cycle % 100 == 0:
        print(cycle, entropy/N)

patterns.sort(reverse=True)
good = 0
for p in patterns:
    hid, out = run(p)
    good += out.index(max(out)) == p.index(1)
    print(p.index(1), ['%.2f' % h for h in hid])
print(good, 'of', N, 'patterns come back')
