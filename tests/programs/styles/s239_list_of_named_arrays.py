# Nesterov accelerated gradient, fit sin(x)
import numpy as np
np.random.seed(2)

X = np.random.uniform(-3, 3, (100, 1))
T = np.sin(X)

W1 = np.random.randn(1, 10)
b1 = np.random.randn(10) * 0.1
W2 = np.random.randn(10, 1) * 0.3
b2 = np.zeros(1)
params = [W1, b1, W2, b2]
velocity = [np.zeros_like(p) for p in params]

mu = 0.9
alpha = 0.02

def forward(params):
    W1, b1, W2, b2 = params
    H = np.tanh(X.dot(W1) + b1)
    return H, H.dot(W2) + b2

def gradients(params):
    W1, b1, W2, b2 = params
    H, Y = forward(params)
    dY = (Y - T) / len(X)
    dW2 = H.T.dot(dY)
    db2 = dY.sum(0)
    dA = dY.dot(W2.T) * (1 - H * H)
    dW1 = X.T.dot(dA)
    db1 = dA.sum(0)
    return [dW1, db1, dW2, db2]

for epoch in range(2000):


    grads = gradients(params)
    for i in range(4):
        velocity[i] = mu * velocity[i] - alpha * grads[i]
        params[i] = params[i] + velocity[i]
    if epoch % 250 == 0:
        H, Y = forward(params)
        print("epoch", epoch, "loss", 0.5 * np.mean((Y - T) ** 2))
