import numpy as np

np.random.seed(9)


def dense(n_in, n_out, rate):
    w = np.random.randn(n_in, n_out) / np.sqrt(n_in)
    b = np.zeros(n_out)
    seen = None

    def forward(x):
        nonlocal seen
        seen = x
        return x.dot(w) + b

    def backward(back):
        nonlocal w, b
        to_input = back.dot(w.T)
        w = w + rate * seen.T.dot(back)
        b = b + rate * back.sum(0)
        return to_input

    return forward, backward


def squash():
    memory = []

    def forward(x):
        memory.append(1 / (1 + np.exp(-x)))
        return memory[-1]

    def backward(back):
        a = memory.pop()
        return back * a * (1 - a)

    return forward, backward


# pressure change and humidity -> rain tomorrow
days = np.random.randn(200, 2)
rain = ((days[:, 0] < 0.3) & (days[:, 1] > -0.4)).astype(float).reshape(-1, 1)

parts = [dense(2, 6, 0.1), squash(), dense(6, 1, 0.1)]

for epoch in range(120):
    shuffled = np.random.permutation(200)
    for start in range(0, 200, 16):
        pick = shuffled[start:start + 16]
        a = days[pick]
        for forward, _ in parts:
            a = forward(a)
        p = 1 / (1 + np.exp(-a))
        signal = rain[pick] - p
        for _, backward in reversed(parts):
            signal = backward(signal)

a = days
for forward, _ in parts:
    a = forward(a)
print("days guessed right:", int(np.sum((a > 0) == (rain > 0.5))), "of 200")
