import numpy as np
np.random.seed(15)
# sigmoid output, error of cross entropy, per example; a rate that is smaller when the answer is already right
X = np.random.randn(60, 2)
Y = (X.sum(1) > 0.3).astype(int)
W = np.random.randn(5, 2); B = np.zeros(5); V = np.random.randn(5); C = 0.0
sg = lambda q: 1 / (1 + np.exp(-q))
for epoch in range(20):
    ce = 0
    for x, y in zip(X, Y):
        h = sg(W @ x + B)
        p = sg(V @ h + C)
        ce -= np.log(p if y else 1 - p)
        rate = 0.5 if (p > 0.5) != y else 0.1
        g = (p - y)
        gh = g * V * h * (1 - h)
        V = V - rate * g * h; C = C - rate * g
        W = W - rate * np.outer(gh, x); B = B - rate * gh
    if epoch % 5 == 0: print(epoch, ce / 60)
