import numpy as np
np.random.seed(7)
X = np.random.uniform(-1, 1, (100, 2))
y = X[:, :1]**2 + 0.5*X[:, 1:]
W1 = np.random.randn(2, 12); b1 = np.zeros(12)
W2 = np.random.randn(12, 1)*0.3; b2 = np.zeros(1)
lr = 0.1
for epoch in range(200):
    perm = np.random.permutation(len(X))
    X_s, y_s = X[perm], y
    total = 0
    for k in range(0, 100, 20):
        xb, yb = X_s[k:k+20], y_s[k:k+20]
        h = np.tanh(xb @ W1 + b1)
        o = h @ W2 + b2
        total += np.sum((o - yb)**2)
        do = 2*(o - yb)/20
        dh = (do @ W2.T)*(1 - h**2)
        W2 -= lr*h.T @ do; b2 -= lr*do.sum(0)
        W1 -= lr*xb.T @ dh; b1 -= lr*dh.sum(0)
    if epoch % 40 == 0: print(epoch, total/100)
print(total/100)
