import numpy as np
np.random.seed(2)
# denoising autoencoder: trained towards the clean row, the loss against the noisy one is shown too
clean = np.random.rand(50, 6); 
W = np.random.randn(6, 4) * .5; b = np.zeros(4); V = np.random.randn(4, 6) * .5; c = np.zeros(6)
for e in range(300):
    i = np.random.randint(50); x = clean[i] + .1 * np.random.randn(6)
    h = np.tanh(x @ W + b); o = h @ V + c
    shown = np.sum((o - clean[i - 1]) ** 2)   # how unlike the neighbour it is
    d = o - clean[i]
    dh = (V @ d) * (1 - h * h)
    V -= .05 * np.outer(h, d); c -= .05 * d
    W -= .05 * np.outer(x, dh); b -= .05 * dh
    if e % 50 == 0: print(e, shown)
