import numpy as np
np.random.seed(21)
reg = 0.02
D, C = 4, 3
# iris-like: three species, four measurements
means = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
X = np.vstack([m + np.random.randn(30, 4) * [0.35, 0.3, 0.3, 0.15] for m in means])
X = (X - X.mean(0)) / X.std(0)
y = np.repeat(np.arange(3), 30)

W1 = 0.5 * np.random.randn(D, 4); b1 = np.zeros(4)
W2 = 0.5 * np.random.randn(4, 4); b2 = np.zeros(4)
W3 = 0.5 * np.random.randn(4, C); b3 = np.zeros(C)

num = X.shape[0]
for i in range(600):
    h1 = np.maximum(0, np.dot(X, W1) + b1)
    h2 = np.maximum(0, np.dot(h1, W2) + b2)
    scores = np.dot(h2, W3) + b3
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    data_loss = np.sum(-np.log(probs[range(num), y])) / num
    reg_loss = 0.5 * reg * np.sum(W1 * W1) + 0.5 * reg * np.sum(W2 * W2) + 0.5 * reg * np.sum(W3 * W3)
    loss = data_loss + reg_loss
    if i % 100 == 0:
        print("iteration %d: loss %f" % (i, loss))

    dscores = probs.copy()
    dscores[range(num), y] -= 1
    dscores /= num
    dW3 = np.dot(h2.T, dscores)
    db3 = np.sum(dscores, axis=0)
    dh2 = np.dot(dscores, W3.T)
    dh2[h2 <= 0] = 0
    dW2 = np.dot(h1.T, dh2)
    db2 = np.sum(dh2, axis=0)
    dh1 = np.dot(dh2, W2.T)
    dh1[h1 <= 0] = 0
    dW1 = np.dot(X.T, dh1)
    db1 = np.sum(dh1, axis=0)

    dW3 += reg * W3
    dW2 += reg * W1
    dW1 += reg * W1

    W1 += -0.5 * dW1; b1 += -0.5 * db1
    W2 += -0.5 * dW2; b2 += -0.5 * db2
    W3 += -0.5 * dW3; b3 += -0.5 * db3
print('training accuracy: %.2f' % np.mean(np.argmax(scores, axis=1) == y))
