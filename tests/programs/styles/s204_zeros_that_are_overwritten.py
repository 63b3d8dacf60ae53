import numpy as np
np.random.seed(88)

n_samples = 50
X = np.random.randn(n_samples, 3)
true_w = np.array([1.5, -2.0, 0.5])
Y = (1/(1+np.exp(-(X @ true_w))) > 0.5).astype(float)

w_h = np.random.randn(3, 4)*0.5
b_h = np.zeros(4)
w_o = np.random.randn(4)*0.5
b_o = 0.0

def sigmoid(x):
    return 1/(1+np.exp(-x))

batch_size = 10
lr = 0.05
for epoch in range(200):
    epoch_loss = 0
    for start in range(0, n_samples, batch_size):
        xb = X[start:start+batch_size]
        yb = Y[start:start+batch_size]
        dw_h, db_h = np.zeros_like(w_h), np.zeros_like(b_h)
        dw_o, db_o = np.zeros_like(w_o), 0.0
        for k in range(batch_size):
            h = np.tanh(xb[k] @ w_h + b_h)
            o = sigmoid(h @ w_o + b_o)
            epoch_loss += -(yb[k]*np.log(o) + (1-yb[k])*np.log(1-o))
            d_o = o - yb[k]
            d_h = d_o*w_o*(1-h**2)
            dw_o = d_o*h
            db_o = d_o
            dw_h = np.outer(xb[k], d_h)
            db_h = d_h
        w_h -= lr*dw_h
        b_h -= lr*db_h
        w_o -= lr*dw_o
        b_o -= lr*db_o
    if epoch % 50 == 0:
        print(epoch, epoch_loss/n_samples)
print(epoch_loss/n_samples)
