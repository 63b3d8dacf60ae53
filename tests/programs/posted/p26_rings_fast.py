import numpy as np

np.random.seed(44)

def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

# ring against core
n = 100
angle = np.random.uniform(0, 2 * np.pi, n)
radius = np.where(np.arange(n) < n // 2, 0.4, 1.0) + 0.08 * np.random.randn(n)
X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
y = (np.arange(n) >= n // 2).astype(float).reshape(-1, 1)

layers = [(2, 10), (10, 1)]
weights = [np.random.randn(i, o) for i, o in layers]
biases = [np.zeros((1, o)) for i, o in layers]
learning_rate = 30

for epoch in range(1500):
    hidden = sigmoid(X.dot(weights[0]) + biases[0])
    output = sigmoid(hidden.dot(weights[1]) + biases[1])
    error = output - y

    d_output = error * output * (1 - output)
    d_hidden = d_output.dot(weights[1].T) * hidden * (1 - hidden)

    weights[1] -= learning_rate * hidden.T.dot(d_output)
    biases[1] -= learning_rate * d_output.sum(axis=0, keepdims=True)
    weights[0] -= learning_rate * X.T.dot(d_hidden)
    biases[0] -= learning_rate * d_hidden.sum(axis=0, keepdims=True)

    if epoch % 250 == 0:
        print("epoch", epoch, "error", 0.5 * np.sum(error ** 2),
              "accuracy", np.mean((output > 0.5) == (y > 0.5)))

print("final accuracy", np.mean((output > 0.5) == (y > 0.5)))
