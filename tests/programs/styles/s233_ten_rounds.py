import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
expected_output = np.array([[0], [1], [1], [0]])
epochs = 10
lr = 0.5
np.random.seed(16)
hw = np.random.uniform(-1, 1, size=(2, 3))
hb = np.random.uniform(-1, 1, size=(1, 3))
ow = np.random.uniform(-1, 1, size=(3, 1))
ob = np.random.uniform(-1, 1, size=(1, 1))
for _ in range(epochs):
    hidden_output = sigmoid(inputs @ hw + hb)
    predicted_output = sigmoid(hidden_output @ ow + ob)
    error = expected_output - predicted_output
    d_predicted_output = error * predicted_output * (1 - predicted_output)
    d_hidden = d_predicted_output.dot(ow.T) * hidden_output * (1 - hidden_output)
    ow += hidden_output.T.dot(d_predicted_output) * lr
    ob += d_predicted_output.sum(axis=0, keepdims=True) * lr
    hw += inputs.T.dot(d_hidden) * lr
    hb += d_hidden.sum(axis=0, keepdims=True) * lr
print("Output from neural network:", *predicted_output)
