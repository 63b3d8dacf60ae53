import numpy as np
np.random.seed(21)
X = np.random.uniform(-2, 2, (100, 2))
Y = np.stack([np.sin(X[:, 0]) * X[:, 1], X[:, 0] * 0.5], axis=1)
net = {'w': [np.random.randn(2, 6) * .5, np.random.randn(6, 6) * .5, np.random.randn(6, 2) * .5],
       'b': [np.zeros(6), np.zeros(6), np.zeros(2)]}
lr = 0.05
for epoch in range(400):
    a = [X]
    for i in range(3):
        z = np.einsum('ni,io->no', a[-1], net['w'][i]) + net['b'][i]
        a.append(np.tanh(z) if i < 2 else z)
    d = (a[-1] - Y) / len(X)
    cost = 0.5 * np.sum((a[-1] - Y) ** 2) / len(X)
    grads_w, grads_b = [None] * 3, [None] * 3
    for i in (2, 1, 0):
        grads_w[i] = np.einsum('ni,no->io', a[i], d)
        grads_b[i] = d.sum(axis=0)
        if i:
            d = np.einsum('no,oi->ni', d, net['w'][i] if i == 1 else net['w'][i].T) * (1 - a[i] ** 2)
    for i in range(3):
        net['w'][i] -= lr * grads_w[i]
        net['b'][i] -= lr * grads_b[i]
    if epoch % 100 == 0:
        print(epoch, cost)
