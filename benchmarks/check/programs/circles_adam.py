import numpy as np

np.random.seed(0)

def make_circles(n):
    angle = np.random.uniform(0, 2*np.pi, n)
    label = np.random.randint(0, 2, n)
    radius = np.where(label == 1, 0.5, 1.2) + 0.1*np.random.randn(n)
    return np.stack([radius*np.cos(angle), radius*np.sin(angle)], axis=1), label.reshape(-1, 1)

def batches(X, Y, size):
    order = np.random.permutation(X.shape[0])
    for k in range(0, len(order), size):
        yield X[order[k:k+size]], Y[order[k:k+size]]

sizes = [2, 12, 12, 8, 1]
L = len(sizes) - 1
params = {}
for l in range(1, L+1):
    params[f'W{l}'] = np.random.randn(sizes[l-1], sizes[l]) * np.sqrt(2/sizes[l-1])
    params[f'b{l}'] = np.zeros((1, sizes[l]))

m = {k: np.zeros_like(v) for k, v in params.items()}
s = {k: np.zeros_like(v) for k, v in params.items()}
t = 0

def leaky(z):
    return np.where(z > 0, z, 0.1*z)

def forward(X):
    cache = {'A0': X}
    for l in range(1, L+1):
        cache[f'Z{l}'] = cache[f'A{l-1}'] @ params[f'W{l}'] + params[f'b{l}']
        if l < L:
            cache[f'A{l}'] = leaky(cache[f'Z{l}'])
        else:
            cache[f'A{l}'] = 1/(1 + np.exp(-cache[f'Z{l}']))
    return cache

def backward(cache, Y):
    grads = {}
    dZ = (cache[f'A{L}'] - Y)/Y.shape[0]
    for l in range(L, 0, -1):
        grads[f'W{l}'] = cache[f'A{l-1}'].T @ dZ
        grads[f'b{l}'] = dZ.sum(axis=0, keepdims=True)
        if l > 1:
            dZ = (dZ @ params[f'W{l}'].T) * np.where(cache[f'Z{l-1}'] > 0, 1, 0.1)
    return grads

def adam(grads, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    global t
    t += 1
    for k in params:
        m[k] = beta1*m[k] + (1-beta1)*grads[k]
        s[k] = beta2*s[k] + (1-beta2)*grads[k]**2
        m_hat = m[k]/(1 - beta1**t)
        s_hat = s[k]/(1 - beta2**t)
        params[k] -= lr*m_hat/(np.sqrt(s_hat) + eps)

X, Y = make_circles(200)
for epoch in range(40):
    for xb, yb in batches(X, Y, 32):
        adam(backward(forward(xb), yb))
    if epoch % 5 == 0:
        P = np.clip(forward(X)[f'A{L}'], 1e-7, 1-1e-7)
        bce = -np.mean(Y*np.log(P) + (1-Y)*np.log(1-P))
        print('epoch', epoch, 'bce', bce, 'acc', np.mean((P > 0.5) == Y))

Xt, Yt = make_circles(200)
print('test accuracy', np.mean((forward(Xt)[f'A{L}'] > 0.5) == Yt))
