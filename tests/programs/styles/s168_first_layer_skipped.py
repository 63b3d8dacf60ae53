import numpy as np

def relu(z): return np.maximum(0, z)
def drelu(z): return (z > 0).astype(float)

np.random.seed(6)
sizes = [3, 8, 6, 1]
L = len(sizes) - 1
weights = [np.random.randn(sizes[i + 1], sizes[i]) * np.sqrt(2 / sizes[i]) for i in range(L)]
biases = [np.full((sizes[i + 1], 1), 0.05) for i in range(L)]

X = np.random.randn(3, 40)
T = (np.abs(X[0]) - X[1] * X[2]).reshape(1, -1)
m = X.shape[1]

def train(epochs, lr):
    for ep in range(epochs):
        zs, acts = [], [X]
        for l in range(L):
            z = weights[l] @ acts[-1] + biases[l]
            zs.append(z)
            acts.append(relu(z) if l < L - 1 else z)
        loss = np.sum((acts[-1] - T) ** 2) / (2 * m)
        delta = (acts[-1] - T) / m
        grads_w = [np.zeros_like(w) for w in weights]
        grads_b = [np.zeros_like(b) for b in biases]
        grads_w[-1] = delta @ acts[-2].T
        grads_b[-1] = delta.sum(axis=1, keepdims=True)
        for l in range(L - 2, 0, -1):
            delta = (weights[l + 1].T @ delta) * drelu(zs[l])
            grads_w[l] = delta @ acts[l].T
            grads_b[l] = delta.sum(axis=1, keepdims=True)
        for l in range(L):
            weights[l] -= lr * grads_w[l]
            biases[l] -= lr * grads_b[l]
        if ep % 100 == 0:
            print(ep, loss)

train(400, 0.05)
