import numpy as np
rng = np.random.RandomState(8)

# two spirals
def spiral(n):
    th = np.sqrt(rng.rand(n)) * 1.5*np.pi
    r = th / 4
    a = np.c_[r*np.cos(th), r*np.sin(th)]
    X = np.r_[a, -a]
    y = np.r_[np.zeros((n,1)), np.ones((n,1))]
    return X, y

X, y = spiral(80)
W1 = rng.randn(2, 20); b1 = np.zeros(20)
W2 = rng.randn(20, 1)*0.3; b2 = np.zeros(1)
lr, bs = 0.5, 16

def predict(X):
    h = np.tanh(X@W1 + b1)
    return h, 1/(1+np.exp(-(h@W2 + b2)))

for epoch in range(300):
    idx = rng.permutation(len(X))
    X = X[idx]
    y = y[rng.permutation(len(y))]
    tot = 0
    for s in range(0, len(X), bs):
        xb, yb = X[s:s+bs], y[s:s+bs]
        h, p = predict(xb)
        tot += -(yb*np.log(p+1e-9) + (1-yb)*np.log(1-p+1e-9)).sum()
        d2 = (p - yb)/len(xb)
        d1 = d2@W2.T*(1-h*h)
        W2 -= lr*h.T@d2; b2 -= lr*d2.sum(0)
        W1 -= lr*xb.T@d1; b1 -= lr*d1.sum(0)
    if epoch % 50 == 0:
        print(epoch, tot/len(X))
print('acc', ((predict(X)[1] > .5) == y).mean())
