# deep ReLU regression, He init, 3 hidden layers, L2, minibatch, lists of layers
import numpy as np
rng = np.random.default_rng(44)
X = rng.uniform(-2, 2, (400, 3)); Y = (np.abs(X[:, [0]]) - np.maximum(X[:, [1]], X[:, [2]]))
sizes = [3, 32, 32, 16, 1]
Ws = [rng.normal(0, np.sqrt(2/a), (a, b)) for a, b in zip(sizes[:-1], sizes[1:])]
bs = [np.zeros(b) for b in sizes[1:]]
lam, lr = 1e-4, .03
for epoch in range(60):
    perm = rng.permutation(400); cost = 0
    for k in range(0, 400, 50):
        x, y = X[perm[k:k+50]], Y[perm[k:k+50]]
        acts, pre = [x], []
        for i in range(4):
            pre.append(acts[-1]@Ws[i]+bs[i])
            acts.append(np.maximum(pre[-1], 0) if i < 3 else pre[-1])
        err = acts[-1]-y
        cost += np.mean(err**2)/8
        delta = 2*err/len(x)
        for i in range(3, -1, -1):
            dW = acts[i].T@delta+lam*Ws[i]; db = delta.sum(0)
            if i > 0: delta = delta@Ws[i].T*(pre[i-1] > 0)
            Ws[i] -= lr*dW; bs[i] -= lr*db
    if epoch % 10 == 0: print(epoch, cost)
print('mse', cost)
