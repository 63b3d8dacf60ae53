# heteroscedastic regression: mean and log-variance heads, Gaussian NLL
import numpy as np
rng = np.random.default_rng(41)
x = rng.uniform(-2, 2, (200, 1)); y = np.sin(2*x) + rng.normal(size=(200, 1))*(0.05+0.2*np.abs(x))
W1 = rng.normal(size=(1, 20)); b1 = rng.normal(size=20)
Wm = rng.normal(size=(20, 1))*.2; bm = np.zeros(1); Ws = np.zeros((20, 1)); bs = np.zeros(1)
lr = .02
for ep in range(3000):
    h = np.tanh(x@W1+b1)
    mu = h@Wm+bm; s = h@Ws+bs
    nll = np.mean(.5*s + .5*(y-mu)**2*np.exp(-s))
    dmu = (mu-y)*np.exp(-s)/200
    ds = (.5 - .5*(y-mu)**2*np.exp(-s))/200
    dh = (dmu@Wm.T + ds@Ws.T)*(1-h**2)
    Wm -= lr*h.T@dmu; bm -= lr*dmu.sum(0); Ws -= lr*h.T@ds; bs -= lr*ds.sum(0)
    W1 -= lr*x.T@dh; b1 -= lr*dh.sum(0)
    if ep % 500 == 0: print(ep, nll)
