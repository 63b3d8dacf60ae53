"""Simple recurrent net: remember the first bit of a sequence while noise comes in."""
import numpy as np

rng = np.random.RandomState(0)

T = 6           # length of a sequence
H = 6
Wx = rng.randn(H, 1) * 0.5
Wh = rng.randn(H, H) * 0.4
bh = np.zeros((H, 1))
Wy = rng.randn(1, H) * 0.5
by = np.zeros((1, 1))
lr = 0.1


def sequence():
    bit = rng.randint(2)
    xs = rng.uniform(-0.3, 0.3, T)
    xs[0] = 2 * bit - 1
    return xs, bit


def forward(xs):
    hs = {-1: np.zeros((H, 1))}
    for t in range(T):
        hs[t] = np.tanh(Wx * xs[t] + Wh @ hs[t - 1] + bh)
    p = 1 / (1 + np.exp(-(Wy @ hs[T - 1] + by)))
    return hs, p


def bptt(xs, bit):
    hs, p = forward(xs)
    loss = -np.log(p if bit else 1 - p).item()

    dy = p - bit
    dWy = dy * hs[T - 1].T
    dby = dy
    dWx, dWh, dbh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(bh)
    dh = Wy.T * dy
    for t in reversed(range(T)):
        draw = (1 - hs[t] ** 2) * dh
        dbh += draw
        dWx += draw * xs[t]
        dWh += draw @ hs[t - 1].T
        dh = Wh.T @ draw
    grads = [dWx, dWh, dbh, dWy, dby]
    for g in grads:
        np.clip(g, -0.3, 0.3, out=g)      # against exploding gradients
    return loss, grads


smooth = np.log(2)
for n in range(2501):
    xs, bit = sequence()
    loss, grads = bptt(xs, bit)
    smooth = 0.99 * smooth + 0.01 * loss
    for param, g in zip([Wx, Wh, bh, Wy, by], grads):
        param -= lr * g
    if n % 500 == 0:
        print("sequence %d, smoothed loss %.4f" % (n, smooth))

right = 0
for _ in range(200):
    xs, bit = sequence()
    right += int(forward(xs)[1].item() > 0.5) == bit
print("remembered", right, "of 200")
