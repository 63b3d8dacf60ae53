import numpy as np

np.random.seed(50)

# rooms, age, taxes -> value (made up, all scaled)
X = np.random.randn(150, 3)
y = np.abs(X[:, :1]) - 0.5 * X[:, 1:2] + 0.2 * X[:, 2:] ** 2
y = (y - y.mean()) / y.std()

sizes = [3, 16, 8, 1]
params = []
for i in range(3):
    params.append([np.random.randn(sizes[i], sizes[i + 1]) * np.sqrt(2.0 / sizes[i]), np.zeros((1, sizes[i + 1]))])
velocity = [[0 * W, 0 * b] for W, b in params]
lr, beta, decay = 0.05, 0.9, 1e-3

for epoch in range(1000):
    # forward
    outs = [X]
    for i, (W, b) in enumerate(params):
        z = outs[-1] @ W + b
        if i < 2:
            z[z < 0] = 0
        outs.append(z)
    diff = y - outs[-1]
    if epoch % 200 == 0:
        print(epoch, "mse", (diff ** 2).mean())

    # backward
    grad = -diff * 2 / diff.size
    for i in (2, 1, 0):
        W, b = params[i]
        gW, gb = outs[i].T @ grad, grad.sum(axis=0, keepdims=True)
        if i:
            grad = grad @ W.T
            grad[outs[i] <= 0] = 0
        velocity[i][0] = beta * velocity[i][0] + (1 - beta) * gW
        velocity[i][1] = beta * velocity[i][1] + (1 - beta) * gb
        params[i][0] = W * (1 - lr * decay) - lr * velocity[i][0]
        params[i][1] = b - lr * velocity[i][1]

print("final mse", (diff ** 2).mean())
