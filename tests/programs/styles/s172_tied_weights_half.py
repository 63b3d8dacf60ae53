"""Autoencoder with tied weights: decode with W.T"""
import numpy as np

np.random.seed(9)
bars = np.zeros((8, 16))
for i in range(4):
    img = np.zeros((4, 4)); img[i, :] = 1; bars[i] = img.ravel()
    img = np.zeros((4, 4)); img[:, i] = 1; bars[4 + i] = img.ravel()

W = np.random.randn(16, 6) * 0.3
b_enc = np.zeros(6)
b_dec = np.zeros(16)

def sigmoid(a):
    return 1 / (1 + np.exp(-a))

lr = 0.5
for epoch in range(600):
    code = sigmoid(bars @ W + b_enc)
    recon = sigmoid(code @ W.T + b_dec)
    loss = 0.5 * np.sum((recon - bars) ** 2) / len(bars)

    d_recon = (recon - bars) * recon * (1 - recon) / len(bars)
    d_code = (d_recon @ W) * code * (1 - code)
    dW = bars.T @ d_code
    db_enc = d_code.sum(axis=0)
    db_dec = d_recon.sum(axis=0)

    W -= lr * dW
    b_enc -= lr * db_enc
    b_dec -= lr * db_dec
    if epoch % 100 == 0:
        print("epoch", epoch, "reconstruction loss", loss)
