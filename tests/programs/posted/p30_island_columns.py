import numpy as np

np.random.seed(77)

# land (1) or water (0): one round island in the middle of the map
xy = np.random.uniform(-1, 1, (2, 120))
land = (np.sum(xy ** 2, axis=0, keepdims=True) < 0.45) * 1.0

layer_dims = [2, 2, 1]
par = {}
for l in range(1, len(layer_dims)):
    par["W", l] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 1.5
    par["b", l] = np.zeros((layer_dims[l], 1))

def net(x):
    A = [x]
    for l in range(1, len(layer_dims)):
        Z = np.dot(par["W", l], A[-1]) + par["b", l]
        A.append(np.tanh(Z) if l < len(layer_dims) - 1 else 1 / (1 + np.exp(-Z)))
    return A

n = xy.shape[1]
last = len(layer_dims) - 1
for t in range(3000):
    A = net(xy)
    D = A[last] - land
    steps = {}
    for l in range(last, 0, -1):
        steps["W", l] = np.dot(D, A[l - 1].T) / n
        steps["b", l] = D.mean(axis=1, keepdims=True)
        D = np.dot(par["W", l].T, D) * (1 - A[l - 1] ** 2)
    for k in par:
        par[k] -= 1.0 * steps[k]
    if t % 500 == 0:
        print(t, "cross entropy", -np.mean(land * np.log(A[last]) + (1 - land) * np.log(1 - A[last])))

print("accuracy", np.mean((net(xy)[last] > 0.5) == (land > 0.5)))
