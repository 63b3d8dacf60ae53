import numpy as np
np.random.seed(6)
X = np.array([[0,0,1],[0,1,1],[1,0,1],[1,1,1]], dtype=float)
y = np.array([0, 1, 1, 1])
w = np.random.randn(3)
def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_prime(z): return sigmoid(z) * (1 - sigmoid(z))
for epoch in range(1000):
    total = 0
    for i in range(4):
        out = sigmoid(X[i].dot(w))
        error = y[i] - out
        total += error ** 2
        w += 0.5 * error * sigmoid_prime(out) * X[i]
    if epoch % 200 == 0:
        print(epoch, total)
