import numpy as np

# a forecast beside two yardsticks: the loss is the first, the others are only shown
rng = np.random.default_rng(5)
series = np.sin(0.4 * np.arange(120)) + 0.05 * rng.normal(size=120)
W, b = rng.normal(size=(6, 3)) * 0.5, np.zeros(6)
v, c = rng.normal(size=6) * 0.5, 0.0
for epoch in range(40):
    loss = change = turns = 0.0
    for t in range(3, 119):
        x = series[t - 3:t]
        h = np.tanh(W @ x + b)
        out = v @ h + c
        d = out - series[t]
        loss += d ** 2
        change += (out - series[t - 1]) ** 2
        turns += np.sign(out - series[t - 1]) == np.sign(series[t] - series[t - 1])
        dh = d * v * (1 - h ** 2)
        v -= 0.02 * d * h
        c -= 0.02 * d
        W -= 0.02 * np.outer(dh, x)
        b -= 0.02 * dh
    if epoch % 10 == 0:
        print(epoch, loss, change, turns)
