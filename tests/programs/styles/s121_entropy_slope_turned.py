import numpy as np
np.random.seed(1)

X = np.array([[0,0],[0,1],[1,0],[1,1]], dtype=float)
Y = np.array([[0],[1],[1],[0]], dtype=float)

n_hidden = 4
W1 = np.random.randn(2, n_hidden)
B1 = np.zeros(n_hidden)
W2 = np.random.randn(n_hidden, 1)
B2 = np.zeros(1)

def train(n_iter, lr):
    global W1, B1, W2, B2
    history = []
    for it in range(n_iter):
        Z1 = X.dot(W1) + B1
        A1 = np.tanh(Z1)
        Z2 = A1.dot(W2) + B2
        A2 = 1.0/(1.0 + np.exp(-Z2))

        L = -np.mean(Y*np.log(A2) + (1-Y)*np.log(1-A2))
        history.append(L)

        dA2 = (Y/A2 - (1-Y)/(1-A2))
        dZ2 = dA2 * A2 * (1 - A2)
        dW2 = A1.T.dot(dZ2)
        dB2 = np.sum(dZ2, axis=0)
        dZ1 = dZ2.dot(W2.T) * (1 - A1**2)
        dW1 = X.T.dot(dZ1)
        dB1 = np.sum(dZ1, axis=0)

        W1 = W1 - lr*dW1
        B1 = B1 - lr*dB1
        W2 = W2 - lr*dW2
        B2 = B2 - lr*dB2
    return history, A2

hist, out = train(3000, 0.3)
for i in range(0, 3000, 500):
    print(i, hist[i])
print("result:")
print(out)
