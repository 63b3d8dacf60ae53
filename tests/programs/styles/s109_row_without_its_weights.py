from math import exp
from random import seed, uniform

# which of two dice rolls is higher? lists only, the last number of each row is the bias
seed(9)
rolls = [(a / 6, b / 6, 1.0 if a > b else 0.0) for a in range(1, 7) for b in range(1, 7) if a != b]
HID = 3
first = [[uniform(-1, 1) for _ in range(3)] for _ in range(HID)]
second = [uniform(-1, 1) for _ in range(HID + 1)]
rate = 0.3


def squash(v):
    return 1 / (1 + exp(-v))


for turn in range(400):
    total = 0.0
    for a, b, want in rolls:
        given = [a, b]
        mid = []
        for j in range(HID):
            mid.append(squash(first[j][0] * a + first[j][1] * b + first[j][2]))
        got = squash(sum(second[j] * mid[j] for j in range(HID)) + second[HID])
        total += (got - want) ** 2
        delta = (got - want) * got * (1 - got)
        share = [0.0] * HID
        for j in range(HID):
            share[j] = delta * second[j] * mid[j] * (1 - mid[j])
        second[HID] -= rate * delta
        for j in range(HID):
            for i in range(2):
                first[j][i] -= rate * share[j] * given[i]
            first[j][2] -= rate * share[j]
    if turn % 80 == 0:
        print(turn, total)
