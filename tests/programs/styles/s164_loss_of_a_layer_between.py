import numpy as np
np.random.seed(16)
# auxiliary output on hidden layer 1 helps training (weight AUX); only the main output is judged
AUX = 0.4
s = lambda z: 1 / (1 + np.exp(-z))
X = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], float)
Y = (X.sum(1) % 2).reshape(-1, 1)
W1 = np.random.randn(3, 8); b1 = np.zeros((1, 8))
W2 = np.random.randn(8, 8) * .5; b2 = np.zeros((1, 8))
W3 = np.random.randn(8, 1); b3 = np.zeros((1, 1))
WA = np.random.randn(8, 1); bA = np.zeros((1, 1))
lr = .5
for epoch in range(1500):
    h1 = np.tanh(X @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    out = s(h2 @ W3 + b3)
    aux = s(h1 @ WA + bA)
    dout = (out - Y) / 8
    daux = AUX * (aux - Y) / 8
    dh2 = dout @ W3.T * (1 - h2 ** 2)
    dh1 = (dh2 @ W2.T + daux @ WA.T) * (1 - h1 ** 2)
    W3 -= lr * h2.T @ dout; b3 -= lr * dout.sum(0, keepdims=True)
    WA -= lr * h1.T @ daux; bA -= lr * daux.sum(0, keepdims=True)
    W2 -= lr * h1.T @ dh2; b2 -= lr * dh2.sum(0, keepdims=True)
    W1 -= lr * X.T @ dh1; b1 -= lr * dh1.sum(0, keepdims=True)
    if epoch % 300 == 0:
        print(epoch, np.abs(out - Y).max())
print(out.T.round(3))
