#!/usr/bin/env python3
# XOR with -1/+1 everywhere and tanh in both layers
import numpy as np

x = np.array([[-1., -1.], [-1., 1.], [1., -1.], [1., 1.]])
t = np.array([[-1.], [1.], [1.], [-1.]])

N_HIDDEN = 4
RATE = 0.1

w_in = np.random.normal(scale=0.5, size=(2, N_HIDDEN))
b_in = np.random.normal(scale=0.5, size=(1, N_HIDDEN))
w_out = np.random.normal(scale=0.5, size=(N_HIDDEN, 1))
b_out = np.random.normal(scale=0.5, size=(1, 1))

epoch = 0
while epoch < 3000:
    hidden = np.tanh(x @ w_in + b_in)
    out = np.tanh(hidden @ w_out + b_out)

    cost = 0.5 * np.sum((out - t) ** 2)
    if epoch % 500 == 0:
        print('epoch {:5d}  cost {:.5f}'.format(epoch, cost))

    # backward pass
    delta_out = (out - t) * (1 - out ** 2)
    delta_hidden = (delta_out @ w_out.T) * (1 - hidden ** 2)

    w_out = w_out - RATE * (hidden.T @ delta_out)
    b_out = b_out - RATE * delta_out.sum(axis=0)
    w_in = w_in - RATE * (x.T @ delta_hidden)
    b_in = b_in - RATE * delta_hidden.sum(axis=0)
    epoch += 1

print(np.c_[t, out])
