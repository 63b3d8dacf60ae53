import math
import numpy as np
from itertools import product

# majority of 5 bits

def _f(x):
    if x < -30:
        return 0.0
    return 1/(1+math.exp(-x))

f = np.vectorize(_f)

W = np.random.uniform(-.5,.5,(4,5))
B = np.random.uniform(-.5,.5,4)
V = np.random.uniform(-.5,.5,(1,4))
C = np.random.uniform(-.5,.5,1)
rate = .3

def forward(x):
    global hid, out
    hid = f(W.dot(x)+B)
    out = f(V.dot(hid)+C)

def learn(x, t):
    global W, B, V, C
    forward(x)
    # cross entropy + sigmoid, so the o(1-o) cancels here but NOT in the hidden layer
    e = t-out
    Vold = V.copy()
    V += rate*np.outer(e,hid)
    C += rate*e
    e2 = Vold.T.dot(e)*hid*(1-hid)
    W += rate*np.outer(e2,x)
    B += rate*e2

def wrong():
    n = 0
    for x in cases:
        forward(x)
        n += (out[0]>.5)!=(sum(x)>=3)
    return n

cases = [np.array(c) for c in product([0,1],repeat=5)]
print('wrong at the start:', wrong())
for epoch in range(120):
    for i in np.random.permutation(32):
        learn(cases[i], 1 if sum(cases[i])>=3 else 0)
    if epoch%20==19: print(epoch+1, 'wrong:', wrong())
