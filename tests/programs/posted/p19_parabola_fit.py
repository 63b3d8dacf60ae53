import numpy as np

# fit  y = a*x^2 + b*x + c  with gradient descent

np.random.seed(0)
x = np.linspace(-2, 2, 50).reshape(-1, 1)
y = 1.5 * x.ravel() ** 2 - 0.7 * x.ravel() + 0.4 + 0.05 * np.random.randn(50)

a, b, c = 0.0, 0.0, 0.0
lr = 0.05
losses = []

for epoch in range(1000):
    y_hat = a * x ** 2 + b * x + c
    residual = y_hat - y

    grad_a = 2 * np.mean(residual * x ** 2)
    grad_b = 2 * np.mean(residual * x)
    grad_c = 2 * np.mean(residual)

    a = a - lr * grad_a
    b = b - lr * grad_b
    c = c - lr * grad_c

    losses.append(sum((p - q) ** 2 for p, q in zip(y_hat.flatten(), y)) / len(y))
    if epoch % 100 == 0:
        print(f'Epoch {epoch}: loss={losses[-1]:.4f}  a={a:.3f} b={b:.3f} c={c:.3f}')

print('a, b, c =', a, b, c, '(should be about 1.5 -0.7 0.4)')
