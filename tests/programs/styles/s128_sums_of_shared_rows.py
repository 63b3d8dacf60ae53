# 手写BP神经网络（不用numpy），批量梯度下降
import math
import random

random.seed(10)

输入数 = 2
隐层数 = 5
输出数 = 2

def sigmoid(x):
    return 1 / (1 + math.exp(-x))

# 随机初始化权重
w1 = [[random.uniform(-1, 1) for j in range(隐层数)] for i in range(输入数)]
w2 = [[random.uniform(-1, 1) for k in range(输出数)] for j in range(隐层数)]
b1 = [0.0] * 隐层数
b2 = [0.0] * 输出数

样本 = [([0, 0], [0, 0]), ([0, 1], [1, 0]), ([1, 0], [1, 0]), ([1, 1], [0, 1])]   # 半加器
学习率 = 2.0

def 前向(x):
    h = [sigmoid(sum(x[i] * w1[i][j] for i in range(输入数)) + b1[j]) for j in range(隐层数)]
    o = [sigmoid(sum(h[j] * w2[j][k] for j in range(隐层数)) + b2[k]) for k in range(输出数)]
    return h, o

for 轮 in range(3000):
    # 梯度清零
    g1 = [[0.0] * 隐层数] * 输入数
    g2 = [[0.0] * 输出数] * 隐层数
    gb1 = [0.0] * 隐层数
    gb2 = [0.0] * 输出数
    误差 = 0.0
    for x, t in 样本:
        h, o = 前向(x)
        误差 += sum((o[k] - t[k]) ** 2 for k in range(输出数)) / 2
        # 输出层的误差项
        d2 = [(o[k] - t[k]) * o[k] * (1 - o[k]) for k in range(输出数)]
        # 隐藏层的误差项
        d1 = [sum(d2[k] * w2[j][k] for k in range(输出数)) * h[j] * (1 - h[j]) for j in range(隐层数)]
        for j in range(隐层数):
            for k in range(输出数):
                g2[j][k] += d2[k] * h[j]
        for k in range(输出数):
            gb2[k] += d2[k]
        for i in range(输入数):
            for j in range(隐层数):
                g1[i][j] += d1[j] * x[i]
        for j in range(隐层数):
            gb1[j] += d1[j]
    # 更新权重
    for j in range(隐层数):
        for k in range(输出数):
            w2[j][k] -= 学习率 * g2[j][k]
        b1[j] -= 学习率 * gb1[j]
    for i in range(输入数):
        for j in range(隐层数):
            w1[i][j] -= 学习率 * g1[i][j]
    for k in range(输出数):
        b2[k] -= 学习率 * gb2[k]
    if 轮 % 500 == 0:
        print('第%d轮 误差=%.6f' % (轮, 误差))

for x, t in 样本:
    print(x, '输出', ['%.3f' % v for v in 前向(x)[1]], '期望', t)
