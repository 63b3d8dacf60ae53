# layers in a list of tuples; the signal starts as the data itself, and the delta goes all the way down
import numpy as np
np.random.seed(2)
data = np.random.uniform(-1, 1, (40, 3))
goal = data[:, :1] * data[:, 1:2] + 0.5 * data[:, 2:]
layers = [[np.random.randn(3, 3) * .6, np.zeros(3)], [np.random.randn(3, 3) * .6, np.zeros(3)], [np.random.randn(3, 1) * .6, np.zeros(1)]]
for epoch in range(1000):
    signal = data
    store = []
    for W, b in layers:
        store.append(signal)
        signal = signal @ W + b
        if W.shape[1] > 1:
            signal = np.tanh(signal)
    delta = (signal - goal) / 20
    for n in range(2, -1, -1):
        W, b = layers[n]
        below = delta @ W.T
        W -= 0.2 * store[n].T @ delta
        b -= 0.2 * delta.sum(0)
        delta = below * (1 - store[n] ** 2)
    if epoch % 200 == 0:
        print(epoch, 'max', np.abs(signal - goal).max())
print('rms', np.sqrt(np.mean((signal - goal) ** 2)))
