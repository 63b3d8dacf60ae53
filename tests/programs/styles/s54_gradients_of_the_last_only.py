import numpy as np

# house prices toy: area and age -> price (everything scaled to 0..1)
rng = np.random.RandomState(6)
area = rng.rand(30)
age = rng.rand(30)
price = 0.2 + 0.6 * area - 0.3 * age * area + 0.02 * rng.randn(30)
features = np.column_stack([area, age])

def init(n_in, n_hidden):
    return {'W1': rng.randn(n_hidden, n_in), 'b1': np.zeros(n_hidden),
            'W2': rng.randn(n_hidden) * 0.5, 'b2': np.zeros(1)}

def forward(params, x):
    z = params['W1'] @ x + params['b1']
    h = np.where(z > 0, z, 0.1 * z)          # leaky relu
    return z, h, params['W2'] @ h + params['b2'][0]

def gradient(params, x, y):
    z, h, guess = forward(params, x)
    diff = guess - y
    back = diff * params['W2'] * np.where(z > 0, 1, 0.1)
    return {'W1': np.outer(back, x), 'b1': back, 'W2': diff * h, 'b2': np.array([diff])}

def total_loss(params):
    return sum((forward(params, x)[2] - y) ** 2 for x, y in zip(features, price)) / (2 * len(price))

params = init(2, 5)
for epoch in range(400):
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    for x, y in zip(features, price):
        g = gradient(params, x, y)
        for k in grads:
            grads[k] = g[k]
    for k in params:
        params[k] -= 0.1 * grads[k] / len(price)
    if epoch % 50 == 0:
        print(epoch, total_loss(params))
