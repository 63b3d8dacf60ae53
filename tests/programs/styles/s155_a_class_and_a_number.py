# One trunk, two heads: a class (softmax) and a number (squared). Head 2 weighs 0.3.
import numpy as np
rng = np.random.default_rng(8)
N = 50
X = rng.uniform(-1, 1, size=(N, 2))
kind = (X[:, 0] > X[:, 1]).astype(int) + (X.sum(1) > 0.7)
size = np.hypot(X[:, 0], X[:, 1])
LAMBDA = 0.3

trunk_w, trunk_b = rng.normal(size=(2, 16)), np.zeros(16)
cls_w, cls_b = rng.normal(size=(16, 3)) * .2, np.zeros(3)
num_w, num_b = rng.normal(size=16) * .2, 0.0
lr = 0.3

def forward(X):
    h = np.tanh(X @ trunk_w + trunk_b)
    s = h @ cls_w + cls_b
    s = np.exp(s - s.max(1)[:, None])
    return h, s / s.sum(1)[:, None], h @ num_w + num_b

for epoch in range(500):
    h, prob, val = forward(X)
    ce = -np.mean(np.log(prob[np.arange(N), kind]))
    se = np.mean((val - size) ** 2)
    d_cls = (prob - np.eye(3)[kind]) / N
    d_num = LAMBDA * 2 * (val - size) / N
    d_h = d_cls @ cls_w.T + np.outer(d_num, num_w)
    d_a = d_h * (1 - h * h)
    cls_w -= lr * h.T @ d_cls
    cls_b -= lr * d_cls.sum(0)
    num_w -= lr * h.T @ d_num
    num_b -= lr * d_num.sum()
    trunk_w -= lr * X.T @ d_a
    trunk_b -= lr * d_a.sum(0)
    if epoch % 100 == 0:
        print('%3d  class loss %.4f   rmse %.4f' % (epoch, ce, se ** .5))
print('accuracy', np.mean(prob.argmax(1) == kind), 'rmse', se ** .5)
