import numpy as np
np.random.seed(3)
X = np.random.uniform(-1, 1, (50, 1))
y = 2*X**2 - 1

lr0 = 0.1
decay = 0.01
w1 = np.random.randn(1, 8)
b1 = np.zeros((1, 8))
w2 = np.random.randn(8, 1)*0.5
b2 = np.zeros((1, 1))

for epoch in range(1500):
    lr = lr0*(1 + decay*epoch)
    h = np.tanh(X.dot(w1) + b1)
    p = h.dot(w2) + b2
    loss = np.mean((p - y)**2)
    dp = 2*(p - y)/X.shape[0]
    dh = dp.dot(w2.T)*(1 - h**2)
    w2 -= lr*h.T.dot(dp)
    b2 -= lr*dp.sum(axis=0, keepdims=True)
    w1 -= lr*X.T.dot(dh)
    b1 -= lr*dh.sum(axis=0, keepdims=True)
    if epoch % 100 == 0:
        print(epoch, lr, loss)
print(loss)
