import numpy as np

def make_pulses(m, seed=1):
    """four samples of a signal; class 1 when the pulse rises and falls again"""
    r = np.random.RandomState(seed)
    X = r.uniform(-1, 1, (4, m))
    Y = ((X[1] > X[0]) & (X[2] > X[3])).astype(int).reshape(1, m)
    return X, Y

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def init(n0, n1, n2):
    W1 = np.random.randn(n1, n0) * np.sqrt(1 / n0)
    W2 = np.random.randn(n2, n1) * np.sqrt(1 / n1)
    return W1, np.zeros((n1, 1)), W2, np.zeros((n2, 1))

def forward(X, W1, b1, W2, b2):
    A1 = np.tanh(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    return A1, A2

def cross_entropy(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

def backward(X, Y, A1, A2, W2):
    m = X.shape[1]
    dA2 = A2 - Y
    dZ2 = dA2
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1 * A1)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2

X, Y = make_pulses(160)
W1, b1, W2, b2 = init(4, 8, 1)
rate = 1.5

for i in range(3000):
    A1, A2 = forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward(X, Y, A1, A2, W2)
    W1 -= rate * dW1
    b1 -= rate * db1
    W2 -= rate * dW2
    b2 -= rate * db2
    if i % 500 == 0:
        print(i, "cost", cross_entropy(A2, Y), "accuracy", np.mean((A2 > 0.5) == Y))

A1, A2 = forward(X, W1, b1, W2, b2)
print("final cost", cross_entropy(A2, Y), "accuracy", np.mean((A2 > 0.5) == Y))
