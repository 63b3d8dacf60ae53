import numpy as np
np.random.seed(6)
X = np.linspace(-2, 2, 40).reshape(-1, 1)
Y = X**2/4
W1 = np.random.randn(1, 10); b1 = np.random.randn(10)
W2 = np.random.randn(10, 1)*0.3; b2 = np.zeros(1)
for i in range(2000):
    h = np.tanh(X @ W1 + b1)
    o = h @ W2 + b2
    # mean absolute error
    loss = np.mean(np.abs(o - Y))
    do = np.sign(Y - o)/len(X)
    dh = (do @ W2.T)*(1 - h**2)
    W2 -= 0.02*h.T @ do; b2 -= 0.02*do.sum(0)
    W1 -= 0.02*X.T @ dh; b1 -= 0.02*dh.sum(0)
    if i % 500 == 0: print(i, loss)
print(loss)
