import numpy as np
np.random.seed(14)

# temperature over the day, 48 half hours
hours = np.arange(48) / 24.0 - 1.0
temps = np.sin(np.pi * hours) + 0.3 * np.cos(3 * np.pi * hours)
X = np.stack([hours, hours ** 2], axis=1)
Y = temps[:, None]

n_h = 10
b = 8
lr = 0.1
params = [np.random.randn(2, n_h), np.zeros(n_h), np.random.randn(n_h, 1) * 0.3, np.zeros(1)]

def forward(x):
    W1, b1, W2, b2 = params
    h = np.tanh(x.dot(W1) + b1)
    return h, h.dot(W2) + b2

def gradients(x, t):
    h, out = forward(x)
    d_out = 2 * (out - t) / len(x)
    d_h = d_out.dot(params[2].T) * (1 - h ** 2)
    return [x.T.dot(d_h), d_h.sum(axis=0), h.T.dot(d_out), d_out.sum(axis=0)]

def mse():
    return np.mean((forward(X)[1] - Y) ** 2)

for epoch in range(300):
    for i in range(0, len(X), b):
        grads = gradients(X[i:i+b], Y[:b])
        for p, g in zip(params, grads):
            p -= lr * g
    if epoch % 50 == 0:
        print(epoch, mse())
