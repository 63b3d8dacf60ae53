import numpy as np

np.random.seed(0)

# regression with einsum everywhere, trained with RMSProp
N, D, H, O = 64, 3, 10, 2
x = np.random.randn(N, D)
t = np.stack([np.sin(x[:, 0] + x[:, 1]), x[:, 1] * x[:, 2] * 0.5], axis=-1)

params = {
    'wi': np.random.randn(D, H) * 0.6,
    'bi': np.zeros(H),
    'wo': np.random.randn(H, O) * 0.3,
    'bo': np.zeros(O),
}
sq = {k: np.zeros_like(v) for k, v in params.items()}
rate, decay, eps = 0.003, 0.9, 1e-8


def run(p, x):
    z = np.einsum('nd,dh->nh', x, p['wi']) + p['bi']
    h = np.tanh(z)
    y = np.einsum('nh,ho->no', h, p['wo']) + p['bo']
    return z, h, y


for it in range(1, 2001):
    z, h, y = run(params, x)
    diff = y - t
    loss = np.einsum('no,no->', diff, diff) / (2 * N)

    gy = diff / N
    gh = np.einsum('no,ho->nh', gy, params['wo'])
    gz = gh * (1.0 - z ** 2)
    grads = {
        'wo': np.einsum('nh,no->ho', h, gy),
        'bo': np.einsum('no->o', gy),
        'wi': np.einsum('nd,nh->dh', x, gz),
        'bi': np.einsum('nh->h', gz),
    }
    for k in params:
        sq[k] = decay * sq[k] + (1 - decay) * grads[k] ** 2
        params[k] -= rate * grads[k] / (np.sqrt(sq[k]) + eps)

    if it % 400 == 0 or it == 1:
        print(f'iter {it:5d}  loss {loss:.6f}')
