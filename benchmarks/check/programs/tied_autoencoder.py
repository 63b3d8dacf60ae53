import numpy as np

# Autoencoder with tied weights: the decoder is the transpose of the encoder, so W collects
# gradient from both places.

rng = np.random.RandomState(4)

n, d, k = 120, 6, 2
latent = rng.uniform(-1, 1, size=(n, k))
mixing = rng.normal(size=(k, d))
X = np.tanh(latent @ mixing) + 0.02 * rng.normal(size=(n, d))
X -= X.mean(axis=0)

W = rng.normal(scale=0.3, size=(d, k))
b = np.zeros(k)
c = np.zeros(d)
eta = 0.1

start = None
for it in range(1500):
    # encode, decode
    code = np.tanh(np.einsum("ni,ij->nj", X, W) + b)
    rec = np.einsum("nj,ij->ni", code, W) + c

    diff = rec - X
    loss = 0.5 * np.einsum("ni,ni->", diff, diff) / n
    if start is None:
        start = loss

    d_rec = diff / n
    d_code = np.einsum("ni,ij->nj", d_rec, W) * (1 - code * code)
    gW = np.einsum("ni,nj->ij", X, d_code) + np.einsum("ni,nj->ij", d_rec, code)
    gb = np.einsum("nj->j", d_code)
    gc = np.einsum("ni->i", d_rec)

    W -= eta * gW
    b -= eta * gb
    c -= eta * gc

    if it % 300 == 0:
        print(f"{it:5d}  loss = {loss:.5f}")

print(f"loss {start:.4f} -> {loss:.4f}")
print("variance explained: %.1f %%" % (100 * (1 - np.sum(diff ** 2) / np.sum(X ** 2))))
