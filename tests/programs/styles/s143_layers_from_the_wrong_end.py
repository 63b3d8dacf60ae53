from math import exp
from random import seed, random

def initialize_network(sizes):
    network = list()
    for a, b in zip(sizes[:-1], sizes[1:]):
        layer = [{'weights': [random() - 0.5 for i in range(a + 1)], 'output': 0.0, 'delta': 0.0} for j in range(b)]
        network.append(layer)
    return network

def activate(weights, inputs):
    activation = weights[-1]
    for i in range(len(weights) - 1):
        activation += weights[i] * inputs[i]
    return activation

def transfer(activation):
    return 1.0 / (1.0 + exp(-activation))

def transfer_derivative(output):
    return output * (1.0 - output)

def forward_propagate(network, row):
    inputs = row
    for layer in network:
        new_inputs = []
        for neuron in layer:
            neuron['output'] = transfer(activate(neuron['weights'], inputs))
            new_inputs.append(neuron['output'])
        inputs = new_inputs
    return inputs

def backward_propagate_error(network, expected):
    for i in range(len(network)):
        layer = network[i]
        for j in range(len(layer)):
            neuron = layer[j]
            if i == len(network) - 1:
                error = neuron['output'] - expected[j]
            else:
                error = 0.0
                for nxt in network[i + 1]:
                    error += nxt['weights'][j] * nxt['delta']
            neuron['delta'] = error * transfer_derivative(neuron['output'])

def update_weights(network, row, l_rate):
    for i in range(len(network)):
        inputs = row
        if i != 0:
            inputs = [neuron['output'] for neuron in network[i - 1]]
        for neuron in network[i]:
            for j in range(len(inputs)):
                neuron['weights'][j] -= l_rate * neuron['delta'] * inputs[j]
            neuron['weights'][-1] -= l_rate * neuron['delta']

def train_network(network, train, l_rate, n_epoch):
    for epoch in range(n_epoch):
        sum_error = 0
        for row, expected in train:
            outputs = forward_propagate(network, row)
            sum_error += sum([(expected[i] - outputs[i]) ** 2 for i in range(len(expected))])
            backward_propagate_error(network, expected)
            update_weights(network, row, l_rate)
        if epoch % 50 == 0:
            print('>epoch=%d, lrate=%.3f, error=%.3f' % (epoch, l_rate, sum_error))

seed(1)
dataset = [([2.78, 2.55], [1, 0]), ([1.46, 2.36], [1, 0]), ([3.39, 4.40], [1, 0]), ([1.38, 1.85], [1, 0]),
           ([3.06, 3.00], [1, 0]), ([7.62, 2.75], [0, 1]), ([5.33, 2.08], [0, 1]), ([6.92, 1.77], [0, 1]),
           ([8.67, -0.24], [0, 1]), ([7.67, 3.50], [0, 1])]
network = initialize_network([2, 3, 3, 2])
train_network(network, dataset, 0.5, 300)
