import numpy as np

np.random.seed(21)


def make_data(n=100):
    x = np.random.randn(n, 3)
    y = (x[:, 0] * x[:, 1] + 0.5 * x[:, 2] > 0).astype(float)
    return x, y.reshape(n, 1)


def logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def predict(x, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    return hidden, logistic(hidden @ W2 + b2)


def train_step(x, y, W1, b1, W2, b2, lr):
    hidden, p = predict(x, W1, b1, W2, b2)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    d_out = (p - y) / len(x)
    d_hidden = d_out @ W2.T * (1 - hidden ** 2)

    W2 = W2 - lr * hidden.T @ d_out
    b2 = b2 - lr * d_out.sum(axis=0)
    W1 = W1 - lr * x.T @ d_hidden
    b1 = b1 - lr * d_hidden.sum(axis=0)
    return loss


def main():
    x, y = make_data()
    W1 = np.random.randn(3, 10)
    b1 = np.zeros(10)
    W2 = np.random.randn(10, 1) * 0.5
    b2 = np.zeros(1)

    for step in range(2000):
        loss = train_step(x, y, W1, b1, W2, b2, lr=0.8)
        if step % 250 == 0:
            print("step", step, "loss", round(loss, 5))

    p = predict(x, W1, b1, W2, b2)[1]
    print("accuracy", np.mean((p > 0.5) == (y > 0.5)))
    return W1, b1, W2, b2


W1, b1, W2, b2 = main()
