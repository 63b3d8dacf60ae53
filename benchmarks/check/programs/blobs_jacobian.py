# 三类点的分类，softmax 输出 + 平方误差（不是交叉熵！）
import numpy as np

np.random.seed(6)

每类 = 25
中心 = np.array([[0.0, 1.5], [1.5, -1.0], [-1.5, -1.0]])
数据, 标签 = [], []
for 类 in range(3):
    for _ in range(每类):
        数据.append(中心[类] + 0.45 * np.random.randn(2))
        目标 = np.zeros(3)
        目标[类] = 1
        标签.append(目标)

隐藏 = 5
权重1 = np.random.randn(隐藏, 2) * 0.5
偏置1 = np.zeros(隐藏)
权重2 = np.random.randn(3, 隐藏) * 0.5
偏置2 = np.zeros(3)
学习率 = 0.15


def 激活(z):
    return 1 / (1 + np.exp(-z))


def 归一(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def 前向(x):
    h = 激活(np.dot(权重1, x) + 偏置1)
    return h, 归一(np.dot(权重2, h) + 偏置2)


for 轮 in range(80):
    损失 = 0
    for i in np.random.permutation(len(数据)):
        x, t = 数据[i], 标签[i]
        h, p = 前向(x)
        损失 += 0.5 * np.sum((p - t) ** 2)

        # softmax 的雅可比矩阵: dp_i/dz_j = p_i (δij - p_j)
        J = np.diag(p) - np.outer(p, p)
        误差2 = np.dot(J, p - t)
        误差1 = np.dot(权重2.T, 误差2) * h * (1 - h)

        权重2 -= 学习率 * np.outer(误差2, h)
        偏置2 -= 学习率 * 误差2
        权重1 -= 学习率 * np.outer(误差1, x)
        偏置1 -= 学习率 * 误差1
    if 轮 % 10 == 0:
        print("第", 轮, "轮  损失", 损失 / len(数据))

对 = sum(np.argmax(前向(x)[1]) == np.argmax(t) for x, t in zip(数据, 标签))
print("正确率", 对 / len(数据))
