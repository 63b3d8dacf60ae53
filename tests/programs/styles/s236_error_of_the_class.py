import numpy as np
np.random.seed(23)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class Perceptron2:
    def __init__(self):
        self.w_in = np.random.uniform(-1, 1, (2, 4))
        self.b_in = np.zeros((1, 4))
        self.w_out = np.random.uniform(-1, 1, (4, 1))
        self.b_out = np.zeros((1, 1))

    def think(self, inputs):
        self.hidden = sigmoid(np.dot(inputs, self.w_in) + self.b_in)
        return sigmoid(np.dot(self.hidden, self.w_out) + self.b_out)

    def train(self, inputs, targets, iterations):
        for i in range(iterations):
            output = self.think(inputs)
            prediction = (output > 0.5).astype(float)
            error = targets - prediction
            d_out = error * output * (1 - output)
            d_hid = np.dot(d_out, self.w_out.T) * self.hidden * (1 - self.hidden)
            self.w_out += np.dot(self.hidden.T, d_out)
            self.b_out += np.sum(d_out, axis=0, keepdims=True)
            self.w_in += np.dot(inputs.T, d_hid)
            self.b_in += np.sum(d_hid, axis=0, keepdims=True)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0, 1, 1, 0]]).T
net = Perceptron2()
net.train(X, Y, 5000)
print(net.think(X))
