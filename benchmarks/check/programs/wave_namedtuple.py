import numpy as np
from collections import namedtuple

Layer = namedtuple("Layer", "W b vW vb act slope")

tanh = (np.tanh, lambda a: 1 - a * a)
identity = (lambda z: z, lambda a: 1.0)


def new_layer(rng, fan_in, fan_out, kind):
    W = rng.normal(0, 1 / np.sqrt(fan_in), (fan_in, fan_out))
    b = rng.normal(0, 0.3, fan_out)
    return Layer(W, b, 0 * W, 0 * b, *kind)


def activations(net, x):
    acts = [x]
    for layer in net:
        acts.append(layer.act(acts[-1] @ layer.W + layer.b))
    return acts


def trained(net, x, y, lr, mu):
    """One step of gradient descent with momentum, gives back a new net and the loss before the step."""
    acts = activations(net, x)
    residual = acts[-1] - y
    grad = residual / len(x)
    result = []
    for layer, a_in, a_out in zip(net[::-1], acts[-2::-1], acts[::-1]):
        grad = grad * layer.slope(a_out)
        vW = mu * layer.vW - lr * (a_in.T @ grad)
        vb = mu * layer.vb - lr * grad.sum(axis=0)
        result.insert(0, layer._replace(W=layer.W + vW, b=layer.b + vb, vW=vW, vb=vb))
        grad = grad @ layer.W.T          # still the old W
    return result, 0.5 * np.mean(np.sum(residual ** 2, axis=1))


rng = np.random.default_rng(21)
x = np.linspace(0, 4, 80)[:, None]
y = np.exp(-0.5 * x) * np.cos(3 * x)
x = x - 2

net = [new_layer(rng, 1, 16, tanh), new_layer(rng, 16, 8, tanh), new_layer(rng, 8, 1, identity)]
for i in range(3001):
    net, loss = trained(net, x, y, lr=0.05, mu=0.9)
    if i % 500 == 0:
        print(i, loss)
