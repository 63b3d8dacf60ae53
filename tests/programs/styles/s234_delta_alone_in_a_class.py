import random
import math

class NeuralNetwork:
    LEARNING_RATE = 0.5

    def __init__(self, num_inputs, num_hidden):
        self.hidden_weights = [[random.uniform(-1, 1) for i in range(num_inputs)] for h in range(num_hidden)]
        self.hidden_bias = [random.uniform(-1, 1) for h in range(num_hidden)]
        self.output_weights = [random.uniform(-1, 1) for h in range(num_hidden)]
        self.output_bias = 0.0

    def squash(self, total):
        return 1 / (1 + math.exp(-total))

    def feed_forward(self, inputs):
        self.hidden = []
        for ws, b in zip(self.hidden_weights, self.hidden_bias):
            total = b
            for i in range(len(inputs)):
                total += inputs[i] * ws[i]
            self.hidden.append(self.squash(total))
        total = self.output_bias
        for h in range(len(self.hidden)):
            total += self.hidden[h] * self.output_weights[h]
        self.out = self.squash(total)
        return self.out

    def train(self, inputs, target):
        self.feed_forward(inputs)
        pd_out = -(target - self.out) * self.out * (1 - self.out)
        pd_hidden = []
        for h in range(len(self.hidden)):
            pd_hidden.append(pd_out * self.output_weights[h] * self.hidden[h] * (1 - self.hidden[h]))
        for h in range(len(self.hidden)):
            self.output_weights[h] -= self.LEARNING_RATE * pd_out * self.hidden[h]
        self.output_bias -= self.LEARNING_RATE * pd_out
        for h in range(len(self.hidden)):
            for i in range(len(inputs)):
                self.hidden_weights[h][i] -= self.LEARNING_RATE * pd_hidden[h]
            self.hidden_bias[h] -= self.LEARNING_RATE * pd_hidden[h]

    def total_error(self, sets):
        return sum(0.5 * (t - self.feed_forward(i)) ** 2 for i, t in sets)

random.seed(0)
training_sets = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
nn = NeuralNetwork(2, 5)
for i in range(8000):
    inputs, outputs = random.choice(training_sets)
    nn.train(inputs, outputs)
    if i % 2000 == 0:
        print(i, round(nn.total_error(training_sets), 6))
print(nn.total_error(training_sets))
