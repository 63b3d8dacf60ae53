"""
Predict the next value of a noisy sine from the last five (sliding window)
"""
import numpy as np

np.random.seed(4)
t = np.arange(0, 30, 0.25)
series = 1.5 * np.sin(t) + 0.05 * np.random.randn(len(t))

WINDOW = 5
X, Y = [], []
for i in range(len(series) - WINDOW):
    X.append(series[i:i + WINDOW])
    Y.append(series[i + WINDOW])

Wh = np.random.randn(8, WINDOW) * 0.3
bh = np.zeros(8)
Wo = np.random.randn(8) * 0.3
bo = 0.0
lr = 0.01

def step(window):
    h = np.tanh(Wh.dot(window) + bh)
    return h, Wo.dot(h) + bo

for epoch in range(60):
    sse = 0.0
    for window, target in zip(X, Y):
        h, out = step(window)
        e = target - out
        sse += e ** 2

        delta_out = e * (1 - out ** 2)
        delta_h = delta_out * Wo * (1 - h ** 2)

        Wo += lr * delta_out * h
        bo += lr * delta_out
        Wh += lr * np.outer(delta_h, window)
        bh += lr * delta_h
    if epoch % 10 == 0:
        print('epoch', epoch, 'mse', sse / len(X))

print([round(float(step(w)[1]), 2) for w in X[:5]], [round(v, 2) for v in Y[:5]])
