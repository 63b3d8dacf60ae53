# XOR with one hidden layer. I followed a tutorial but wanted my own helper functions.
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))

X = np.array([[0,0],[0,1],[1,0],[1,1]])
y = np.array([[0],[1],[1],[0]])

W1 = 2*np.random.random((2, 4)) - 1
b1 = np.zeros((1, 4))
W2 = 2*np.random.random((4, 1)) - 1
b2 = np.zeros((1, 1))

for j in range(5000):
    # forward
    l1 = sigmoid(np.dot(X, W1) + b1)
    l2 = sigmoid(np.dot(l1, W2) + b2)

    # how wrong were we
    l2_error = y - l2
    if j % 1000 == 0:
        print("Error:", 0.5*np.sum(l2_error**2))

    # backprop
    l2_delta = l2_error * sigmoid_prime(l2)
    l1_error = l2_delta.dot(W2.T)
    l1_delta = l1_error * sigmoid_prime(l1)

    W2 += l1.T.dot(l2_delta)
    b2 += l2_delta.sum(axis=0, keepdims=True)
    W1 += X.T.dot(l1_delta)
    b1 += l1_delta.sum(axis=0, keepdims=True)

print("Output after training:")
print(l2)
