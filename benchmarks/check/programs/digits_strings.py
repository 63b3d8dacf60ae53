import numpy as np

drawn = """
.##. ..#. ###. ###. #..# #### .##. #### .##. .##.
#..# .##. ...# ...# #..# #... #... ...# #..# #..#
#..# ..#. .##. .##. #### ###. ###. ..#. .##. .###
#..# ..#. #... ...# ...# ...# #..# ..#. #..# ...#
.##. ..#. #### ###. ...# ###. .##. .#.. .##. .##.
"""
rows = [line.split() for line in drawn.split("\n") if line.strip()]
clean = np.array([[ch == "#" for r in rows for ch in r[d]] for d in range(10)], dtype=float)

np.random.seed(2024)

# 20 smudged copies of each digit
COPIES = 20
data = np.repeat(clean, COPIES, axis=0)
flip = np.random.rand(*data.shape) < 0.03
data[flip] = 1 - data[flip]
labels = np.repeat(np.arange(10), COPIES)
onehot = np.eye(10)[labels]

HIDDEN = 30
KEEP = 0.8
BATCH = 25
LR = 0.5

W1 = np.random.randn(20, HIDDEN) * np.sqrt(1 / 20)
b1 = np.zeros(HIDDEN)
W2 = np.random.randn(HIDDEN, 10) * np.sqrt(1 / HIDDEN)
b2 = np.zeros(10)


def softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


for epoch in range(60):
    perm = np.random.permutation(len(data))
    total = 0.0
    for s in range(0, len(data), BATCH):
        pick = perm[s:s + BATCH]
        x, t = data[pick], onehot[pick]

        a = np.tanh(x @ W1 + b1)
        mask = (np.random.rand(*a.shape) < KEEP) / KEEP      # inverted dropout
        h = a * mask
        p = softmax(h @ W2 + b2)
        total -= np.sum(t * np.log(p + 1e-12))

        dz2 = (p - t) / len(pick)
        dh = dz2 @ W2.T
        dz1 = dh * mask * (1 - a ** 2)

        W2 -= LR * (h.T @ dz2)
        b2 -= LR * dz2.sum(axis=0)
        W1 -= LR * (x.T @ dz1)
        b1 -= LR * dz1.sum(axis=0)
    if epoch % 10 == 0:
        print(f"epoch {epoch:3d}  cross entropy {total / len(data):.4f}")

# no dropout when testing
guess = softmax(np.tanh(clean @ W1 + b1) @ W2 + b2).argmax(axis=1)
print("clean digits read as", guess)
print("correct:", np.sum(guess == np.arange(10)), "of 10")
