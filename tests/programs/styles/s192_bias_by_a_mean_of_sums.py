import numpy as np
np.random.seed(0)

# 3 blobs
N = 40
K = 3
X = np.zeros((N*K, 2))
y = np.zeros(N*K, dtype=int)
centers = [(-1.5, 0), (1.5, 0.5), (0, 2)]
for k in range(K):
    X[k*N:(k+1)*N] = np.array(centers[k]) + 0.6*np.random.randn(N, 2)
    y[k*N:(k+1)*N] = k

h = 10
W = 0.1*np.random.randn(2, h)
b = np.zeros((1, h))
W2 = 0.1*np.random.randn(h, K)
b2 = np.zeros((1, K))

step_size = 0.5
num_examples = X.shape[0]
for i in range(600):
    hidden_layer = np.maximum(0, np.dot(X, W) + b)
    scores = np.dot(hidden_layer, W2) + b2
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    corect_logprobs = -np.log(probs[range(num_examples), y])
    loss = np.sum(corect_logprobs)/num_examples
    if i % 100 == 0:
        print("iteration %d: loss %f" % (i, loss))
    dscores = probs
    dscores[range(num_examples), y] -= 1
    dscores /= num_examples
    dW2 = np.dot(hidden_layer.T, dscores)
    db2 = np.sum(dscores, axis=0, keepdims=True)
    dhidden = np.dot(dscores, W2.T)
    dhidden[hidden_layer <= 0] = 0
    dW = np.dot(X.T, dhidden)
    db = np.sum(dhidden, axis=1, keepdims=True).mean()
    W += -step_size * dW
    b += -step_size * db
    W2 += -step_size * dW2
    b2 += -step_size * db2
scores = np.dot(np.maximum(0, np.dot(X, W) + b), W2) + b2
print('training accuracy: %.2f' % (np.mean(np.argmax(scores, axis=1) == y)))
