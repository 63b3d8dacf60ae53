import numpy as np

np.random.seed(8)

# pretend flowers: petal length, petal width, stem
per_class = 25
centers = np.array([[1.4, 0.3, 2.0], [4.2, 1.3, 2.6], [5.6, 2.1, 2.2]])
X = np.concatenate([c + 0.35 * np.random.randn(per_class, 3) for c in centers])
X = (X - X.mean(axis=0)) / X.std(axis=0)
labels = np.repeat([0, 1, 2], per_class)
onehot = np.eye(3)[labels]
N = X.shape[0]


def softmax(z):
    z = z - np.max(z)
    e = np.exp(z)
    return e / np.sum(e, axis=1, keepdims=True)


W1 = 0.5 * np.random.randn(3, 7)
b1 = np.zeros((1, 7))
W2 = 0.5 * np.random.randn(7, 3)
b2 = np.zeros((1, 3))
lr = 0.1

for it in range(1000):
    z1 = np.dot(X, W1) + b1
    a1 = np.maximum(0, z1)
    scores = np.dot(a1, W2) + b2
    probs = softmax(scores)
    loss = -np.sum(onehot * np.log(probs + 1e-12)) / N

    dscores = (probs - onehot) / N
    dW2 = np.dot(a1.T, dscores)
    db2 = np.sum(dscores, axis=0, keepdims=True)
    da1 = np.dot(dscores, W2.T)
    da1[z1 <= 0] = 0
    dW1 = np.dot(X.T, da1)
    db1 = np.sum(da1, axis=0, keepdims=True)

    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
    if it % 200 == 0:
        print("iteration", it, "loss", loss)

pred = np.argmax(softmax(np.maximum(0, X @ W1 + b1) @ W2 + b2), axis=1)
print("training accuracy", np.mean(pred == labels))
