import numpy as np
np.random.seed(3)
def sigmoid(z): return 1.0/(1.0+np.exp(-z))
X = np.array([[0,0],[0,1],[1,0],[1,1]], float)
Y = np.array([[0],[1],[1],[0]], float)
W1 = np.random.randn(2, 4); b1 = np.random.randn(4)
W2 = np.random.randn(4, 1); b2 = np.random.randn(1)
lr = 1.0
def predict(x):
    return sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2)
def mse(x, t):
    return np.mean((predict(x) - t)**2)
for i in range(4000):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    delta2 = (a2 - Y)
    delta1 = (delta2 @ W2.T)*a1*(1-a1)
    W2 -= lr*a1.T @ delta2
    b2 -= lr*delta2.sum(axis=0)
    W1 -= lr*X.T @ delta1
    b1 -= lr*delta1.sum(axis=0)
    if i % 1000 == 0: print("mse", mse(X, Y))
print("mse", mse(X, Y))
