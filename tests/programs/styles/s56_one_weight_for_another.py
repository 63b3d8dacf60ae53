import math, random
random.seed(3)

# 2-2-1 net for xor, step by step like in the blog
x1_list = [0, 0, 1, 1]
x2_list = [0, 1, 0, 1]
y_list  = [0, 1, 1, 0]

def f(x):
    return 1 / (1 + math.exp(-x))

def df(y):
    return y * (1 - y)

w1 = random.random() * 2 - 1
w2 = random.random() * 2 - 1
w3 = random.random() * 2 - 1
w4 = random.random() * 2 - 1
w5 = random.random() * 2 - 1
w6 = random.random() * 2 - 1
b1 = random.random() * 2 - 1
b2 = random.random() * 2 - 1
b3 = random.random() * 2 - 1
eta = 0.5

for epoch in range(10000):
    mse = 0
    for x1, x2, y in zip(x1_list, x2_list, y_list):
        h1 = f(w1 * x1 + w2 * x2 + b1)
        h2 = f(w3 * x1 + w2 * x2 + b2)
        o = f(w5 * h1 + w6 * h2 + b3)
        mse += (y - o) ** 2 / 4

        do = -2 * (y - o) * df(o)
        dh1 = do * w5 * df(h1)
        dh2 = do * w6 * df(h2)

        w1 -= eta * dh1 * x1
        w2 -= eta * dh1 * x2
        b1 -= eta * dh1
        w3 -= eta * dh2 * x1
        w4 -= eta * dh2 * x2
        b2 -= eta * dh2
        w5 -= eta * do * h1
        w6 -= eta * do * h2
        b3 -= eta * do
    if epoch % 1000 == 0:
        print("Epoch %d loss: %.4f" % (epoch, mse))
