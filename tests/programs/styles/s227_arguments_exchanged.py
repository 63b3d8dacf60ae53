import numpy as np

def forward(net, x):
    hid = np.tanh(net['W1'].dot(x) + net['b1'])
    out = 1.0 / (1.0 + np.exp(-(net['W2'].dot(hid) + net['b2'])))
    return hid, out

def backward(net, x, hid, out, target):
    delta_o = (out - target) * out * (1 - out)
    delta_h = net['W2'].T.dot(delta_o) * (1 - hid ** 2)
    return {'W2': np.outer(delta_o, hid), 'b2': delta_o,
            'W1': np.outer(delta_h, x), 'b1': delta_h}

def train(net, samples, lr, epochs):
    for e in range(epochs):
        total = 0.0
        for x, target in samples:
            hid, out = forward(net, x)
            total += 0.5 * np.sum((out - target) ** 2)
            grads = backward(net, x, hid, target, out)
            for name in net:
                net[name] -= lr * grads[name]
        if e % 200 == 0:
            print('epoch', e, 'error', total)
    return total

np.random.seed(14)
net = {'W1': np.random.randn(4, 2), 'b1': np.zeros(4), 'W2': np.random.randn(2, 4), 'b2': np.zeros(2)}
# half adder: sum and carry
samples = [(np.array([a, b], float), np.array([0.1 + 0.8 * (a ^ b), 0.1 + 0.8 * (a & b)])) for a in (0, 1) for b in (0, 1)]
print('final', train(net, samples, 0.5, 1500))
