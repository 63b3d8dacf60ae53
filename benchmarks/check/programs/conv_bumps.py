import numpy as np

# 1-D convolution: is there an up-down wiggle or a down-up wiggle somewhere in the noise?

SIGNAL, KERNEL, FILTERS = 20, 4, 3
OUT = SIGNAL - KERNEL + 1

def make_signal():
    s = np.random.normal(0, 0.15, SIGNAL)
    kind = np.random.randint(0, 2)
    at = np.random.randint(0, SIGNAL - 4)
    wiggle = np.array([1.0, 1.0, -1.0, -1.0])
    s[at:at + 4] += wiggle if kind == 1 else -wiggle
    return s, kind

class ConvNet:
    def __init__(self):
        self.filters = np.random.normal(0, 0.5, (FILTERS, KERNEL))
        self.fbias = np.zeros(FILTERS) + 0.1
        self.w = np.random.normal(0, 0.5, FILTERS)
        self.b = 0.0

    def forward(self, s):
        self.s = s
        self.maps = np.zeros((FILTERS, OUT))
        for f in range(FILTERS):
            for i in range(OUT):
                self.maps[f, i] = np.dot(self.filters[f], s[i:i + KERNEL]) + self.fbias[f]
        # max pooling over the whole signal, then relu
        self.where = self.maps.argmax(axis=1)
        self.pooled = np.maximum(self.maps.max(axis=1), 0)
        self.p = 1.0/(1.0 + np.exp(-(np.dot(self.w, self.pooled) + self.b)))
        return self.p

    def backward(self, kind, rate):
        d = self.p - kind
        d_pooled = d*self.w
        self.w = self.w - rate*d*self.pooled
        self.b = self.b - rate*d
        for f in range(FILTERS):
            if self.pooled[f] > 0:
                # only the place that won gets the blame
                k = self.where[f]
                self.filters[f] -= rate*d_pooled[f]*self.s[k:k + KERNEL]
                self.fbias[f] -= rate*d_pooled[f]

np.random.seed(30)
net = ConvNet()
train = [make_signal() for _ in range(100)]
for epoch in range(16):
    cross = 0
    for s, kind in train:
        p = net.forward(s)
        cross += -np.log(p) if kind == 1 else -np.log(1 - p)
        net.backward(kind, 0.1)
    if epoch % 3 == 0:
        print('epoch', epoch, 'cross-entropy', cross/len(train))

test = [make_signal() for _ in range(100)]
print('test accuracy', np.mean([(net.forward(s) > 0.5) == k for s, k in test]))
print(net.filters.round(2))
