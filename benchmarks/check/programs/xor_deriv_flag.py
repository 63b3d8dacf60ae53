# XOR - exercise sheet 4
import numpy as np

def sig(x, deriv=False):
    if deriv == True:
        return x * (1 - x)     # careful: x has to be the OUTPUT of sig here
    return 1 / (1 + np.exp(-x))

# last column = bias
inputs = np.array([[0, 0, 1],
                   [0, 1, 1],
                   [1, 0, 1],
                   [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
ones = np.ones((4, 1))

np.random.seed(5)
W1 = 2 * np.random.random((3, 6)) - 1
W2 = 2 * np.random.random((7, 1)) - 1
lr = 1.5

for i in range(6000):
    h = sig(inputs.dot(W1))
    h1 = np.hstack((h, ones))        # hidden layer gets a bias too
    out = sig(h1.dot(W2))

    error = y - out
    if i % 1000 == 0:
        print("error after", i, "steps:", np.mean(error ** 2))

    d_out = error * sig(out, deriv=True)
    d_h1 = d_out.dot(W2.T) * sig(h1, deriv=True)    # for the bias unit this is 1*(1-1) = 0
    d_h = d_h1[:, :-1]                              # so throw it away

    W2 += lr * h1.T.dot(d_out)
    W1 += lr * inputs.T.dot(d_h)

print("result:")
print(out.round(3))
