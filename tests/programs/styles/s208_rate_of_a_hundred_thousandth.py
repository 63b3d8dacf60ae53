import numpy as np
np.random.seed(1)
x = np.array([[0,0],[0,1],[1,0],[1,1]])
y = np.array([[0],[1],[1],[0]])

class NeuralNetwork():
    def __init__(self):
        self.w1 = np.random.uniform(-1, 1, (2, 4))
        self.b1 = np.random.uniform(-1, 1, (1, 4))
        self.w2 = np.random.uniform(-1, 1, (4, 1))
        self.b2 = np.random.uniform(-1, 1, (1, 1))
        self.lr = 0.00001

    def sigmoid(self, x):
        return 1/(1+np.exp(-x))

    def think(self, x):
        self.h = self.sigmoid(x @ self.w1 + self.b1)
        return self.sigmoid(self.h @ self.w2 + self.b2)

    def train(self, x, y, iterations):
        for i in range(iterations):
            o = self.think(x)
            error = y - o
            if i % 1000 == 0:
                print("loss", np.mean(error**2))
            d_o = error*o*(1-o)
            d_h = d_o @ self.w2.T*self.h*(1-self.h)
            self.w2 += self.lr*self.h.T @ d_o
            self.b2 += self.lr*d_o.sum(axis=0, keepdims=True)
            self.w1 += self.lr*x.T @ d_h
            self.b1 += self.lr*d_h.sum(axis=0, keepdims=True)

nn = NeuralNetwork()
nn.train(x, y, 6000)
print(nn.think(x))
