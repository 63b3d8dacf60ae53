import numpy as np

rng = np.random.RandomState(0)
n = 200
t = rng.rand(n) * np.pi
upper = np.c_[np.cos(t[:100]), np.sin(t[:100])]
lower = np.c_[1 - np.cos(t[100:]), 0.5 - np.sin(t[100:])]
X = np.r_[upper, lower] + rng.randn(n, 2) * 0.08
Y = np.r_[np.zeros(100), np.ones(100)][:, None]

W1 = rng.randn(2, 20) * 0.8
b1 = np.zeros((1, 20))
W2 = rng.randn(20, 1) * 0.3
b2 = np.zeros((1, 1))
keep_prob = 0.8
learning_rate = 0.5

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

for epoch in range(800):
    Z1 = X @ W1 + b1
    A1 = np.maximum(0, Z1)
    D1 = rng.rand(*A1.shape) < keep_prob
    A1 = A1 * D1 / keep_prob
    A2 = sigmoid(A1 @ W2 + b2)

    dZ2 = (A2 - Y) / n
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0, keepdims=True)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)

    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2

pred = sigmoid(np.maximum(0, X @ W1 + b1) @ W2 + b2) > 0.5
print('accuracy', (pred == Y).mean())
