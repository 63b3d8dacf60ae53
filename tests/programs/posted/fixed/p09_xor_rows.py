# XOR, one example at a time, everything is a 1 x n row vector
import numpy as np

np.random.seed(4)

train = [(np.array([[0., 0.]]), 0.),
         (np.array([[0., 1.]]), 1.),
         (np.array([[1., 0.]]), 1.),
         (np.array([[1., 1.]]), 0.)]

def s(z):
    return 1/(1 + np.exp(-z))

W1 = np.random.randn(2, 5)
b1 = np.random.randn(1, 5)
W2 = np.random.randn(5, 1)
b2 = np.random.randn(1, 1)
lr = 1.0

for epoch in range(4000):
    err_sum = 0
    for x, t in train:
        h = s(x.dot(W1) + b1)
        o = s(h.dot(W2) + b2)
        err_sum += 0.5*(t - o[0, 0])**2

        d2 = (t - o)*o*(1 - o)
        old_W2 = W2.copy()     # the hidden layer needs the weights from before the update
        W2 += lr*h.T.dot(d2)
        b2 += lr*d2
        d1 = d2.dot(old_W2.T)*h*(1 - h)
        W1 += lr*x.T.dot(d1)
        b1 += lr*d1
    if epoch % 500 == 0:
        print(epoch, err_sum)

for x, t in train:
    print(x, t, s(s(x.dot(W1) + b1).dot(W2) + b2))
