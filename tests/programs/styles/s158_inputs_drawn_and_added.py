import numpy as np

class Block:
    """y = x + W2 tanh(W1 x + b1)"""
    def __init__(self, d, h, rng):
        self.W1 = rng.standard_normal((d, h)) * 0.4
        self.b1 = np.zeros(h)
        self.W2 = rng.standard_normal((h, d)) * 0.2

    def __call__(self, x):
        self.x = x
        self.a = np.tanh(x @ self.W1 + self.b1)
        return x + self.a @ self.W2

    def backward(self, dy):
        self.dW2 = self.a.T @ dy
        da = dy @ self.W2.T * (1 - self.a ** 2)
        self.dW1 = self.x.T @ da
        self.db1 = da.sum(0)
        return dy + da @ self.W1.T       # skip path + branch

    def params(self):
        return ("W1", "b1", "W2")

def main():
    rng = np.random.default_rng(44)
    X = rng.uniform(-1.5, 1.5, (40, 3))
    t = X[:, 0] * X[:, 1] - X[:, 2] ** 2
    blocks = [Block(3, 6, rng) for _ in range(3)]
    head = rng.standard_normal(3) * 0.3
    lr = 0.03
    for step in range(1, 501):
        h = X
        for blk in blocks:
            h = blk(h)
        y = h @ head
        diff = y - t
        dy = 2 * diff / len(t)
        dhead = h.T @ dy
        g = np.outer(dy, head)
        for blk in blocks[::-1]:
            g = blk.backward(g)
        head -= lr * dhead
        for blk in blocks:
            for name in blk.params():
                setattr(blk, name, getattr(blk, name) - lr * getattr(blk, 'd' + name))
        if step % 100 == 0:
            print(f'step {step}: R2 = {1 - (diff ** 2).sum() / ((t - t.mean()) ** 2).sum():.4f}')

if __name__ == '__main__':
    main()
