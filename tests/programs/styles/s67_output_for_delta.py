from random import seed, random, gauss
from math import exp

# rows: petal length, petal width (scaled), class

def initialize(n_inputs, n_hidden, n_outputs):
    network = []
    network.append([{'weights': [random() - 0.5 for _ in range(n_inputs)], 'bias': random() - 0.5} for _ in range(n_hidden)])
    network.append([{'weights': [random() - 0.5 for _ in range(n_hidden)], 'bias': random() - 0.5} for _ in range(n_outputs)])
    return network

def forward(network, row):
    signals = row
    for layer in network:
        fresh = []
        for neuron in layer:
            total = neuron['bias']
            for w, s in zip(neuron['weights'], signals):
                total += w * s
            neuron['output'] = 1.0 / (1.0 + exp(-total))
            fresh.append(neuron['output'])
        signals = fresh
    return signals

def backward(network, expected):
    for i in reversed(range(len(network))):
        layer = network[i]
        for j, neuron in enumerate(layer):
            if i == len(network) - 1:
                error = neuron['output'] - expected[j]
            else:
                error = sum(n['weights'][j] * n['output'] for n in network[i + 1])
            neuron['delta'] = error * neuron['output'] * (1.0 - neuron['output'])

def update(network, row, rate):
    inputs = row
    for i, layer in enumerate(network):
        if i > 0:
            inputs = [n['output'] for n in network[i - 1]]
        for neuron in layer:
            for j in range(len(inputs)):
                neuron['weights'][j] -= rate * neuron['delta'] * inputs[j]
            neuron['bias'] -= rate * neuron['delta']

def train(network, rows, rate, epochs):
    for epoch in range(epochs):
        sse = 0.0
        for row, label in rows:
            out = forward(network, row)
            expected = [0.0, 0.0, 0.0]
            expected[label] = 1.0
            sse += sum((e - o) ** 2 for e, o in zip(expected, out))
            backward(network, expected)
            update(network, row, rate)
        if epoch % 50 == 0:
            print('epoch', epoch, 'sse', round(sse, 4))

seed(2)
centers = [(0.1, 0.1), (0.6, 0.5), (0.9, 0.95)]
rows = []
for label, (a, b) in enumerate(centers):
    for _ in range(15):
        rows.append(([gauss(a, 0.08), gauss(b, 0.08)], label))

net = initialize(2, 5, 3)
train(net, rows, 0.5, 300)
right = 0
for row, label in rows:
    out = forward(net, row)
    if out.index(max(out)) == label:
        right += 1
print('accuracy', right / len(rows))
