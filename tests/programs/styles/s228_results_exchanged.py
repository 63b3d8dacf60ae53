import numpy as np

series = np.sin(np.arange(0, 30, 0.3)) * 0.5
WINDOW = 4
X, Y = [], []
for i in range(len(series) - WINDOW):
    X.append(series[i:i + WINDOW])
    Y.append([series[i + WINDOW]])
X, Y = np.array(X), np.array(Y)

rs = np.random.RandomState(5)
W1, b1 = rs.randn(4, 4) * 0.5, np.zeros((1, 4))
W2, b2 = rs.randn(4, 4) * 0.5, np.zeros((1, 4))
W3, b3 = rs.randn(4, 1) * 0.5, np.zeros((1, 1))

def forward(x):
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    return a1, a2, a2 @ W3 + b3

def backward(x, y, a1, a2, out):
    d3 = (out - y) * 2 / len(x)
    d2 = d3 @ W3.T * (1 - a2 * a2)
    d1 = d2 @ W2.T * (1 - a1 * a1)
    return x.T @ d1, a1.T @ d2, a2.T @ d3, d1.sum(0, keepdims=True), d2.sum(0, keepdims=True), d3.sum(0, keepdims=True)

for epoch in range(800):
    a1, a2, out = forward(X)
    mse = ((out - Y) ** 2).mean()
    dW2, dW1, dW3, db1, db2, db3 = backward(X, Y, a1, a2, out)
    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
    W2 -= 0.1 * dW2
    b2 -= 0.1 * db2
    W3 -= 0.1 * dW3
    b3 -= 0.1 * db3
    if epoch % 200 == 0:
        print(epoch, mse)
print("done", mse)
