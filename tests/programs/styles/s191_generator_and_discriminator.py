# GAN in one dimension, generator and discriminator in turn (non-saturating loss)
import numpy as np
rng = np.random.RandomState(8)
H = 8
G = dict(a=np.array(1.0), b=np.array(0.0))                # x = a z + b
D = dict(w=rng.randn(H), c=rng.randn(H), v=rng.randn(H)*.3, k=np.array(0.0))
sig = lambda s: 1/(1+np.exp(-s))
def disc(x):
    h = np.tanh(np.outer(x, D['w'])+D['c'])
    return h, sig(h@D['v']+D['k'])
lr = .05; B = 64
for it in range(1500):
    real = 3+0.5*rng.randn(B); z = rng.randn(B); fake = G['a']*z+G['b']
    x = np.r_[real, fake]; t = np.r_[np.ones(B), np.zeros(B)]
    h, p = disc(x)
    lossD = -np.mean(t*np.log(p+1e-9)+(1-t)*np.log(1-p+1e-9))
    d = (p-t)/(2*B)
    dh = np.outer(d, D['v'])*(1-h**2)
    gD = dict(v=h.T@d, k=d.sum(), w=x@dh, c=dh.sum(0))
    for n in D: D[n] = D[n]-lr*gD[n]
    z = rng.randn(B); fake = G['a']*z+G['b']
    h, p = disc(fake)
    lossG = -np.mean(np.log(p+1e-9))
    d = (p-1)/B
    dx = (np.outer(d, D['v'])*(1-h**2))@D['w']
    G['a'] = G['a']-lr*(dx*z).sum(); G['b'] = G['b']-lr*dx.sum()
    if it % 250 == 0: print(it, lossD, lossG, 'mean', float(G['b']), 'sd', float(abs(G['a'])))
