import numpy as np

np.random.seed(100)

k = 3
centers = 2*np.array([[np.cos(a), np.sin(a)] for a in [0.3, 2.4, 4.5]])
labels = np.random.randint(0, k, size=200)
pts = centers[labels] + np.random.normal(size=(200, 2))*0.7
pts = np.insert(pts, 2, 1.0, axis=1)     # bias column
targets = (labels[:, None] == np.arange(k)).astype(float)

# softmax regression: no hidden layer, third row of M is the bias
M = np.zeros((3, k))
G2 = np.zeros_like(M)
step = 0.5

def probabilities(x):
    e = np.exp(np.einsum('bi,ik->bk', x, M))
    return e/np.einsum('bk->b', e)[:, np.newaxis]

print('loss at start', -np.mean(np.log(probabilities(pts)[targets == 1])))
xs = np.array_split(pts, 8)
ts = np.array_split(targets, 8)
for epoch in range(30):
    loss = 0
    for x, t in zip(xs, ts):
        p = probabilities(x)
        loss -= np.sum(np.log(np.einsum('bk,bk->b', p, t)))
        # one outer product per example, then average
        per_example = np.einsum('bi,bk->bik', x, p - t)
        g = per_example.mean(axis=0)
        G2 += g*g
        M -= step*g/np.sqrt(G2 + 1e-8)
    if epoch % 5 == 0:
        print('epoch', epoch, 'loss', loss/len(pts))

p = probabilities(pts)
print('loss', loss/len(pts), 'accuracy', np.mean(p.argmax(axis=1) == labels))
