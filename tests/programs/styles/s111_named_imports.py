"""A two-layer network in a class, NumPy by single names."""
from numpy import exp, array, random, dot


class TwoLayers:
    def __init__(self):
        random.seed(1)
        self.first = 2 * random.random((3, 4)) - 1
        self.second = 2 * random.random((4, 1)) - 1

    def __squash(self, x):
        return 1 / (1 + exp(-x))

    def __slope(self, x):
        return self.__squash(x) * (1 - self.__squash(x))

    def train(self, inputs, outputs, times):
        for iteration in range(times):
            hidden, output = self.forward(inputs)
            error = outputs - output
            output_delta = error * self.__slope(output)
            hidden_error = dot(output_delta, self.second.T)
            hidden_delta = hidden_error * self.__slope(hidden)
            self.second += dot(hidden.T, output_delta)
            self.first += dot(inputs.T, hidden_delta)

    def forward(self, inputs):
        hidden = self.__squash(dot(inputs, self.first))
        return hidden, self.__squash(dot(hidden, self.second))


if __name__ == "__main__":
    net = TwoLayers()
    inputs = array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]])
    outputs = array([[0, 1, 1, 1, 1, 0, 0]]).T
    net.train(inputs, outputs, 20000)
    print(net.forward(array([1, 1, 0]))[1])
