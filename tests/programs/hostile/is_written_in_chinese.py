# 异或问题的反向传播
import math
import random

random.seed(3)
样本 = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
隐藏层 = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
输出层 = [random.uniform(-1, 1) for _ in range(4)]
学习率 = 0.8


def 激活(z):
    return 1 / (1 + math.exp(-z))


for 轮 in range(3000):
    for 输入, 目标 in 样本:
        h = [激活(w[0] * 输入[0] + w[1] * 输入[1] + w[2]) for w in 隐藏层]
        预测 = 激活(sum(输出层[j] * h[j] for j in range(3)) + 输出层[3])
        误差 = (预测 - 目标) * 预测 * (1 - 预测)
        for j in range(3):
            隐藏误差 = 误差 * 输出层[j] * h[j] * (1 - h[j])
            输出层[j] -= 学习率 * 误差 * h[j]
            隐藏层[j][0] -= 学习率 * 隐藏误差 * 输入[0]
            隐藏层[j][1] -= 学习率 * 隐藏误差 * 输入[1]
            隐藏层[j][2] -= 学习率 * 隐藏误差
        输出层[3] -= 学习率 * 误差
print("损失", 误差)
