import numpy as np
np.random.seed(2)
X = np.random.randn(60, 2)
Y = np.sin(X[:, :1]) + 0.3*X[:, 1:]
W1 = np.random.randn(2, 10)*0.5; b1 = np.zeros(10)
W2 = np.random.randn(10, 1)*0.3; b2 = np.zeros(1)
P = [W1, b1, W2, b2]
S = [np.zeros_like(p) for p in P]
lr = 0.005
for epoch in range(500):
    h = np.tanh(X @ W1 + b1)
    o = h @ W2 + b2
    loss = np.mean((o - Y)**2)
    do = 2*(o - Y)/len(X)
    dh = do @ W2.T*(1 - h**2)
    G = [X.T @ dh, dh.sum(0), h.T @ do, do.sum(0)]
    for i in range(4):
        S[i] = 0.9*S[i] + 0.1*G[i]**2
        P[i] -= lr*G[i]/(S[i] + 1e-8)
    if epoch % 100 == 0: print(epoch, loss)
print(loss)
