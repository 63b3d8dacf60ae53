import numpy as np
from nets.dense import Network

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
net = Network(2, 4, 1)
for epoch in range(3000):
    net.forward(X)
    net.backward(X, y, 0.5)
print("loss", net.loss(X, y))
