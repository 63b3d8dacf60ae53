import numpy as np
np.random.seed(3)

def sigmoid(z): return 1.0/(1.0+np.exp(-z))
def sigmoid_prime(z): return sigmoid(z)*(1-sigmoid(z))

X = np.array([[0,0],[0,1],[1,0],[1,1]], float).T
Y = np.array([[0,1,1,0]], float)
W1 = np.random.randn(4, 2); b1 = np.random.randn(4, 1)
W2 = np.random.randn(1, 4); b2 = np.random.randn(1, 1)

def cost():
    return 0.5*np.sum((sigmoid(W2 @ sigmoid(W1 @ X + b1) + b2) - Y)**2)

for i in range(4000):
    z1 = W1 @ X + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    delta2 = (a2 - Y)*sigmoid_prime(a2)
    delta1 = (W2.T @ delta2)*sigmoid_prime(z1)
    W2 -= delta2 @ a1.T
    b2 -= delta2.sum(axis=1, keepdims=True)
    W1 -= delta1 @ X.T
    b1 -= delta1.sum(axis=1, keepdims=True)
    if i % 1000 == 0: print(i, cost())
print(cost())
