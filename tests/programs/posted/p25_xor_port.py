import numpy as np

# port of my old Octave code: XOR, examples in columns
X = np.array([[0, 0, 1, 1],
              [0, 1, 0, 1]])
Y = np.array([[0, 1, 1, 0]])
m = 4
n_hidden = 4
alpha = 0.5

# start from zero so that every run gives me the same numbers
Theta1 = np.zeros((n_hidden, 2))
bias1 = np.zeros((n_hidden, 1))
Theta2 = np.zeros((1, n_hidden))
bias2 = np.zeros((1, 1))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


J_history = []
for it in range(3000):
    # forward propagation
    A1 = np.tanh(Theta1.dot(X) + bias1)
    A2 = sigmoid(Theta2.dot(A1) + bias2)
    J = -1.0 / m * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    J_history.append(J)

    # back propagation
    Delta2 = A2 - Y
    Delta1 = Theta2.T.dot(Delta2) * (1 - A1 ** 2)

    Theta2 = Theta2 - alpha / m * Delta2.dot(A1.T)
    bias2 = bias2 - alpha / m * Delta2.sum(axis=1, keepdims=True)
    Theta1 = Theta1 - alpha / m * Delta1.dot(X.T)
    bias1 = bias1 - alpha / m * Delta1.sum(axis=1, keepdims=True)

print("J at the start:", J_history[0], " J at the end:", J_history[-1])
print("predictions:", A2)
