import numpy as np

# net 1-8-1, softplus, fitted to a cubic polynomial; all weights sit in one vector theta

H = 8
N_PAR = 3*H + 1

x = np.linspace(-1.5, 1.5, 40)
target = x**3 - x + 0.5


def split(theta):
    u = theta[:H].reshape(1, H)            # input -> hidden
    a = theta[H:2*H]                       # hidden bias
    v = theta[2*H:3*H].reshape(H, 1)       # hidden -> output
    c = theta[3*H:]
    return u, a, v, c


def cost(theta):
    u, a, v, c = split(theta)
    hid = np.log(1 + np.exp(x[:, None] @ u + a))
    res = (hid @ v + c)[:, 0] - target
    return 0.5*np.mean(res**2)


def cost_grad(theta):
    u, a, v, c = split(theta)
    hid = np.log(1 + np.exp(x[:, None] @ u + a))
    res = hid @ v + c - target[:, None]
    delta = res/len(x)
    # softplus' = sigmoid(z) = 1 - exp(-softplus(z))
    delta_h = delta @ v.T*(1 - np.exp(-hid))
    g = np.zeros(N_PAR)
    g[:H] = (x[:, None].T @ delta_h).ravel()
    g[H:2*H] = delta_h.sum(0)
    g[2*H:3*H] = (hid.T @ delta).ravel()
    g[3*H:] = delta.sum(0)
    return 0.5*np.mean(res**2), g


np.random.seed(3)
theta = np.random.randn(N_PAR)
lr = 0.1
J, g = cost_grad(theta)
for it in range(3000):
    trial = theta - lr*g
    if cost(trial) < J:
        theta = trial
        J, g = cost_grad(theta)
        lr *= 1.05
    else:
        lr *= 0.5          # too far: same gradient, shorter step
    if it % 500 == 0:
        print("it", it, "J", J, "lr", lr)

print("final J", J)
