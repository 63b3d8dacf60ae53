import numpy as np

class NeuralNet:
    def __init__(self, n_input, n_hidden, n_output, learning_rate=2.0):
        self.lr = learning_rate
        self.weights_ih = np.random.randn(n_input, n_hidden)
        self.bias_h = np.zeros((1, n_hidden))
        self.weights_ho = np.random.randn(n_hidden, n_output)
        self.bias_o = np.zeros((1, n_output))

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def dsigmoid(a):
        # a is already sigmoid(x)
        return a * (1 - a)

    def forward(self, X):
        self.hidden = self.sigmoid(X @ self.weights_ih + self.bias_h)
        self.output = self.sigmoid(self.hidden @ self.weights_ho + self.bias_o)
        return self.output

    def backward(self, X, Y):
        n = X.shape[0]
        output_delta = (self.output - Y) * self.dsigmoid(self.output)
        hidden_delta = (output_delta @ self.weights_ho.T) * self.dsigmoid(self.hidden)

        self.weights_ho -= self.lr * self.hidden.T @ output_delta / n
        self.bias_o -= self.lr * output_delta.sum(axis=0, keepdims=True) / n
        self.weights_ih -= self.lr * X.T @ hidden_delta / n
        self.bias_h -= self.lr * hidden_delta.sum(axis=0, keepdims=True) / n

    def train(self, X, Y, epochs):
        for epoch in range(epochs):
            out = self.forward(X)
            if epoch % 500 == 0:
                mse = np.mean(np.square(Y - out))
                print(f"epoch {epoch}  MSE {mse:.6f}")
            self.backward(X, Y)


if __name__ == "__main__":
    np.random.seed(3)
    # inside the diagonal band -> 1
    X = np.random.uniform(-1, 1, (100, 2))
    Y = (np.abs(X[:, [0]] - X[:, [1]]) < 0.5).astype(float)

    nn = NeuralNet(2, 6, 1)
    nn.train(X, Y, 4000)
    print("accuracy:", np.mean((nn.forward(X) > 0.5) == (Y > 0.5)))
