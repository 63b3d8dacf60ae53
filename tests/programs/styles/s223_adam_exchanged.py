import numpy as np

class Adam:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def step(self, params, grads):
        self.t += 1
        for k in params:
            if k not in self.m:
                self.m[k] = np.zeros_like(params[k])
                self.v[k] = np.zeros_like(params[k])
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * grads[k] ** 2
            m_hat = self.m[k] / (1 - self.beta1 ** self.t)
            v_hat = self.v[k] / (1 - self.beta2 ** self.t)
            params[k] -= self.lr * v_hat / (np.sqrt(np.abs(m_hat)) + self.eps)

np.random.seed(1)
X = np.vstack([np.random.randn(40, 2) + c for c in ([0, 3], [3, -2], [-3, -2])])
labels = np.repeat([0, 1, 2], 40)
T = np.eye(3)[labels]

params = {'W1': np.random.randn(2, 8) * 0.5, 'b1': np.zeros(8),
          'W2': np.random.randn(8, 3) * 0.5, 'b2': np.zeros(3)}
opt = Adam(lr=0.02)
for epoch in range(200):
    h = np.tanh(X @ params['W1'] + params['b1'])
    scores = h @ params['W2'] + params['b2']
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(probs[range(len(X)), labels] + 1e-12).mean()
    d = (probs - T) / len(X)
    dh = d @ params['W2'].T * (1 - h ** 2)
    grads = {'W2': h.T @ d, 'b2': d.sum(0), 'W1': X.T @ dh, 'b1': dh.sum(0)}
    opt.step(params, grads)
    if epoch % 50 == 0:
        print(epoch, round(loss, 4))
print('acc', (probs.argmax(1) == labels).mean())
