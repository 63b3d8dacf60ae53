import numpy as np

# softmax regression on seven-segment digits, np.matrix because of the short notation
np.random.seed(1)
segments = ["1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011"]
S = np.matrix([[int(c) for c in row] + [1] for row in segments])
S = np.vstack([S] * 4)
flip = np.random.random(S.shape) < 0.02
flip[:, -1] = False
S = np.abs(S - flip.astype(int))
digit = np.array(list(range(10)) * 4)
D = np.matrix(np.eye(10)[digit])

W = np.matrix(np.zeros((8, 10)))
step = 0.1
mu = 0.01

for i in range(1500):
    E = np.exp(S * W)
    P = E / E.sum(1)
    loglik = np.multiply(D, np.log(P)).sum() - mu / 2 * np.power(W, 2).sum()
    if i % 300 == 0:
        print(i, "log likelihood", loglik)
    W = W + step * (S.T * (D - P) - mu * W)

guess = np.asarray(P.argmax(1)).ravel()
print("right", np.sum(guess == digit), "of", len(digit))
