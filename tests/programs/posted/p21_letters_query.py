import numpy

class neuralNetwork:
    # three layers, style of the book I am reading
    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.lr = learningrate
        self.wih = numpy.random.normal(0.0, pow(inputnodes, -0.5), (hiddennodes, inputnodes))
        self.who = numpy.random.normal(0.0, pow(hiddennodes, -0.5), (outputnodes, hiddennodes))
        self.activation_function = lambda x: 1.0 / (1.0 + numpy.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T

        hidden_outputs = self.activation_function(numpy.dot(self.wih, inputs))
        final_outputs = self.activation_function(numpy.dot(self.who, hidden_outputs))

        # error is the (target - actual)
        output_errors = targets - final_outputs
        # hidden layer error is the output error, split by weights
        hidden_errors = numpy.dot(self.who.T, output_errors)

        self.who += self.lr * numpy.dot(output_errors * final_outputs * (1.0 - final_outputs),
                                        hidden_outputs.T)
        self.wih += self.lr * numpy.dot(hidden_errors * hidden_outputs * (1.0 - hidden_outputs),
                                        inputs.T)

    def query(self, inputs_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        hidden_outputs = self.activation_function(numpy.dot(self.wih, inputs))
        return self.activation_function(numpy.dot(self.who, hidden_outputs))


letters = {
    "C": "###" "#.." "#.." "###",
    "H": "#.#" "###" "#.#" "#.#",
    "T": "###" ".#." ".#." ".#.",
    "U": "#.#" "#.#" "#.#" "###",
}
names = sorted(letters)

def pixels(picture):
    return [0.99 if ch == "#" else 0.01 for ch in picture]

n = neuralNetwork(12, 6, 4, 0.3)
for epoch in range(1500):
    for name in names:
        targets = [0.01] * 4
        targets[names.index(name)] = 0.99
        n.train(pixels(letters[name]), targets)

for name in names:
    answer = n.query(pixels(letters[name]))
    print(name, "->", names[int(numpy.argmax(answer))], answer.ravel().round(2))
