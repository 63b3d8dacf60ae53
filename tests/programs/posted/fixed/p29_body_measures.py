import numpy as np

rng = np.random.default_rng(23)

# height in cm, weight in kg, shoe size (EU) -> 1 = man, 0 = woman
men = np.column_stack([rng.normal(180, 6, 40), rng.normal(82, 8, 40), rng.normal(44, 1.2, 40)])
women = np.column_stack([rng.normal(165, 6, 40), rng.normal(62, 7, 40), rng.normal(38.5, 1.1, 40)])
people = np.vstack([men, women])
people = (people - people.mean(axis=0)) / people.std(axis=0)
gender = np.array([1.0] * 40 + [0.0] * 40)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


H = 4
w1 = rng.normal(size=(H, 3))
b1 = rng.normal(size=H)
w2 = rng.normal(size=H)
b2 = rng.normal()
rate = 0.1

for epoch in range(250):
    loss = 0
    for i in rng.permutation(len(people)):
        x, t = people[i], gender[i]
        h = sigmoid(w1 @ x + b1)
        p = sigmoid(w2 @ h + b2)
        loss += (t - p) ** 2

        dp = -2 * (t - p) * p * (1 - p)
        dh = dp * w2 * h * (1 - h)

        w2 -= rate * dp * h
        b2 -= rate * dp
        w1 -= rate * np.outer(dh, x)
        b1 -= rate * dh
    if epoch % 50 == 0:
        print(f"epoch {epoch:3d} loss {loss / len(people):.4f}")

guess = sigmoid(sigmoid(people @ w1.T + b1) @ w2 + b2)
print("right:", int(np.sum((guess > 0.5) == (gender > 0.5))), "of", len(people))
