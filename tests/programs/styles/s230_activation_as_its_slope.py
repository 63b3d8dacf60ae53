import numpy as np

def relu(x):
    return np.maximum(0, x)

def relu_derivative(x):
    return np.maximum(0, x)

rng = np.random.default_rng(77)
N = 50
temps = rng.uniform(-5, 35, N)
hum = rng.uniform(20, 90, N)
sales = 10 + 0.8 * temps - 0.05 * hum + 0.01 * temps ** 2
X = np.stack([(temps - 15) / 12, (hum - 55) / 20], axis=1)
y = ((sales - sales.mean()) / sales.std())[:, None]

W1 = rng.normal(0, np.sqrt(2 / 2), (2, 10))
b1 = np.zeros((1, 10))
W2 = rng.normal(0, np.sqrt(2 / 10), (10, 10))
b2 = np.zeros((1, 10))
W3 = rng.normal(0, np.sqrt(1 / 10), (10, 1))
b3 = np.zeros((1, 1))
lr = 0.02

for epoch in range(1001):
    z1 = X @ W1 + b1
    a1 = relu(z1)
    z2 = a1 @ W2 + b2
    a2 = relu(z2)
    yhat = a2 @ W3 + b3
    loss = np.mean((yhat - y) ** 2) / 2

    dz3 = (yhat - y) / N
    dW3 = a2.T @ dz3
    db3 = dz3.sum(axis=0, keepdims=True)
    dz2 = (dz3 @ W3.T) * relu_derivative(z2)
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0, keepdims=True)
    dz1 = (dz2 @ W2.T) * relu_derivative(z1)
    dW1 = X.T @ dz1
    db1 = dz1.sum(axis=0, keepdims=True)

    for P, G in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2), (W3, dW3), (b3, db3)):
        P -= lr * G
    if epoch % 250 == 0:
        print(f"{epoch:5d} {loss:.5f}")
