import numpy as np

class Adam:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            if k not in self.m:
                self.m[k] = np.zeros_like(params[k])
                self.v[k] = np.zeros_like(params[k])
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * grads[k] ** 2
            m_hat = self.m[k] / (1 - self.beta1 ** self.t)
            v_hat = self.v[k] / (1 - self.beta2 ** self.t)
        params[k] -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)

rng = np.random.default_rng(12)
X = rng.normal(size=(40, 2))
Y = X[:, :1] * X[:, 1:]
params = {'W1': rng.normal(size=(2, 8)), 'b1': np.zeros((1, 8)),
          'W2': rng.normal(size=(8, 1)), 'b2': np.zeros((1, 1))}
opt = Adam()
for epoch in range(300):
    H = np.tanh(X @ params['W1'] + params['b1'])
    out = H @ params['W2'] + params['b2']
    loss = np.mean((out - Y) ** 2)
    d = 2 * (out - Y) / len(X)
    dH = d @ params['W2'].T * (1 - H ** 2)
    grads = {'W2': H.T @ d, 'b2': d.sum(axis=0, keepdims=True),
             'W1': X.T @ dH, 'b1': dH.sum(axis=0, keepdims=True)}
    opt.update(params, grads)
    if epoch % 50 == 0:
        print(epoch, loss)
