import numpy as np

np.random.seed(2)
X = np.array([[0,0,0],[0,0,1],[0,1,0],[0,1,1],[1,0,0],[1,0,1],[1,1,0],[1,1,1]], dtype=float)
Y = (X.sum(axis=1) % 2).reshape(8, 1)   # parity

W1 = np.random.randn(3, 8)
B1 = np.zeros((1, 8))
W2 = np.random.randn(8, 1)
B2 = np.zeros((1, 1))
vW1 = np.zeros_like(W1); vB1 = np.zeros_like(B1)
vW2 = np.zeros_like(W2); vB2 = np.zeros_like(B2)
mu = 0.9
eta = 0.1

def f(x): return 1/(1+np.exp(-x))

for ep in range(1500):
    H = np.tanh(X @ W1 + B1)
    O = f(H @ W2 + B2)
    L = -np.mean(Y*np.log(O) + (1-Y)*np.log(1-O))
    D2 = (O - Y) / 8
    D1 = (D2 @ W2.T) * (1 - H*H)
    vW2 = mu*vW2 - eta * (H.T @ D2)
    vB2 = mu*vB2 - eta * D2.sum(0, keepdims=True)
    vW1 = mu*vW1 - eta * (X.T @ D1)
    vB1 = mu*vB1 - eta * D1.sum(0, keepdims=True)
    W2 += vW2
    B2 += vB2
    W1 -= vW1
    B1 += vB1
    if ep % 300 == 0:
        print("ep", ep, "loss", L)
print("final loss", L)
