# SGD with momentum written as exponential average + weight init study, everything in functions returning tuples
import numpy as np
def relu(v): return v*(v > 0)
def setup(n0, n1, n2, n3, gen):
    he = lambda a, b: gen.standard_normal((a, b))*np.sqrt(2/a)
    return [(he(n0, n1), np.zeros(n1)), (he(n1, n2), np.zeros(n2)), (he(n2, n3), np.zeros(n3))]
def fwd(layers, x):
    cache = []
    for k, (w, b) in enumerate(layers):
        z = x@w+b
        cache.append((x, z))
        x = relu(z) if k < 2 else z
    return x, cache
def ce(logits, y):
    m = logits.max(1, keepdims=True); lse = m[:, 0]+np.log(np.exp(logits-m).sum(1))
    p = np.exp(logits-lse[:, None]); n = len(y)
    loss = (lse-logits[np.arange(n), y]).mean()
    p[np.arange(n), y] -= 1
    return loss, p/n
def bwd(layers, cache, d):
    out = []
    for k in reversed(range(3)):
        x, z = cache[k]
        if k < 2: d = d*(z > 0)
        out.append((x.T@d, d.sum(0)))
        d = d@layers[k][0].T
    return out[::-1]
gen = np.random.default_rng(77)
t = gen.uniform(0, 2*np.pi, 300); lab = gen.integers(0, 3, 300)
pts = np.c_[np.cos(t), np.sin(t)]*(lab[:, None]+.5)+gen.normal(0, .1, (300, 2))
net = setup(2, 20, 20, 3, gen)
vel = [(np.zeros_like(w), np.zeros_like(b)) for w, b in net]
for epoch in range(400):
    logits, cache = fwd(net, pts)
    loss, d = ce(logits, lab)
    grad = bwd(net, cache, d)
    vel = [(.9*vw+.1*gw, .9*vb+.1*gb) for (vw, vb), (gw, gb) in zip(vel, grad)]
    net = [(w-.8*vw, b-.8*vb) for (w, b), (vw, vb) in zip(net, vel)]
    if epoch % 80 == 0: print(epoch, loss, (logits.argmax(1) == lab).mean())
