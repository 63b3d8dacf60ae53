import numpy as np
np.random.seed(55)

def leaky_relu(z):
    return np.where(z > 0, z, z * 0.01)

def leaky_relu_grad(z):
    return np.where(z > 0, 1, 0.1)

X = np.random.randn(2, 150)
Y = ((X[0] > 0) ^ (X[1] > 0)).astype(int).reshape(1, 150)
W1 = np.random.randn(12, 2); b1 = np.zeros((12, 1))
W2 = np.random.randn(1, 12) * 0.3; b2 = np.zeros((1, 1))
m = 150
for i in range(1000):
    Z1 = W1 @ X + b1
    A1 = leaky_relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    J = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).mean()
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * leaky_relu_grad(Z1)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(1, keepdims=True) / m
    W1 -= 0.3 * dW1; b1 -= 0.3 * db1
    W2 -= 0.3 * dW2; b2 -= 0.3 * db2
    if i % 200 == 0: print(i, J)
print(J)
