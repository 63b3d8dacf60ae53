import numpy as np

np.random.seed(1234)

# z = bump over the plane
XY = np.random.uniform(-2, 2, (240, 2))
Z = np.exp(-(XY**2).sum(1)).reshape(-1, 1)

topology = [2, 10, 6, 1]
# bias = first row of every matrix
W = []
for i in range(len(topology)-1):
	W.append(np.random.normal(0, 0.6, (topology[i]+1, topology[i+1])))

def add1(a):
	return np.hstack([np.ones((len(a), 1)), a])

def forward(inp):
	acts = [add1(inp)]
	for i in range(len(W)):
		z = acts[-1] @ W[i]
		if i < len(W)-1:
			acts.append(add1(np.tanh(z)))
		else:
			acts.append(z)
	return acts

lr0 = 0.2
for epoch in range(150):
	lr = lr0 * 0.99**epoch
	shuffled = np.random.permutation(len(XY))
	xb = np.split(XY[shuffled], 12)
	zb = np.split(Z[shuffled], 12)
	sse = 0
	for xx, zz in zip(xb, zb):
		acts = forward(xx)
		d = acts[-1] - zz
		sse += np.sum(d**2)
		d = d / len(xx)
		for i in reversed(range(len(W))):
			a = acts[i]
			# error for the layer below, without the bias, before this W is touched
			d_below = (d @ W[i][1:].T) * (1 - a[:, 1:]**2)
			W[i] -= lr * a.T @ d
			d = d_below
	if epoch % 25 == 0:
		print("epoch", epoch, "lr %.3f" % lr, "mse", sse/len(XY))

print("mse at the end", np.mean((forward(XY)[-1] - Z)**2))
print("variance of the data", Z.var())
