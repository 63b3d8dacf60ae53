# NN cost function with unrolled parameters (octave exercise ported to python)
import numpy as np

input_layer_size = 4
hidden_layer_size = 4
num_labels = 3


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def reshape_params(nn_params):
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_layer_size, input_layer_size + 1)
    Theta2 = nn_params[split:].reshape(num_labels, hidden_layer_size + 1)
    return Theta1, Theta2


def nn_cost_function(nn_params, X, Y):
    m = X.shape[0]
    Theta1, Theta2 = reshape_params(nn_params)

    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1.dot(Theta1.T)
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    z3 = a2.dot(Theta2.T)
    h = sigmoid(z3)

    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / m

    d3 = h - Y
    d2 = d3.dot(Theta2[:, 1:]) * sigmoid(z2) * (1 - sigmoid(z2))
    Theta1_grad = d2.T.dot(a1) / m
    Theta2_grad = d3.T.dot(a2) / m

    grad = np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
    return J, grad


np.random.seed(4)
y = np.random.randint(0, num_labels, 90)
centers = np.random.randn(num_labels, input_layer_size) * 1.5
X = centers[y] + 0.6 * np.random.randn(90, input_layer_size)
Y = np.eye(num_labels)[y]

n_params = hidden_layer_size * (input_layer_size + 1) + num_labels * (hidden_layer_size + 1)
nn_params = np.random.uniform(-0.5, 0.5, n_params)
alpha = 0.5

for i in range(400):
    J, grad = nn_cost_function(nn_params, X, Y)
    nn_params = nn_params - alpha * grad
    if i % 50 == 0:
        print('Iteration', i, '| Cost:', J)

Theta1, Theta2 = reshape_params(nn_params)
a2 = sigmoid(np.hstack([np.ones((90, 1)), X]).dot(Theta1.T))
h = sigmoid(np.hstack([np.ones((90, 1)), a2]).dot(Theta2.T))
print('Training Set Accuracy:', np.mean(np.argmax(h, axis=1) == y) * 100)
