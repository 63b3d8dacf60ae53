import math
import random

random.seed(31)

# hours of sleep and hours of study (scaled to 0..1) -> mark in the exam, 0 to 10
students = []
for _ in range(40):
    sleep, study = random.random(), random.random()
    mark = 10 * (0.2 + 0.5 * study + 0.3 * sleep * study)
    students.append(((sleep, study), mark))


def logistic(v):
    if v < -700:
        return 0.0
    return 1.0 / (1.0 + math.exp(-v))


class Unit:
    def __init__(self, fan_in):
        self.w = [random.uniform(-1, 1) for _ in range(fan_in)]
        self.bias = random.uniform(-1, 1)

    def out(self, xs):
        self.xs = xs
        self.y = logistic(sum(a * b for a, b in zip(self.w, xs)) + self.bias)
        return self.y

    def correct(self, blame, speed):
        """blame = d(error)/d(output); returns the blame for each input"""
        d = blame * self.y * (1 - self.y)
        passed = [d * w for w in self.w]
        for i, x in enumerate(self.xs):
            self.w[i] -= speed * d * x
        self.bias -= speed * d
        return passed


hidden = [Unit(2) for _ in range(4)]
final = Unit(4)


def guess(x):
    return final.out([u.out(x) for u in hidden])


for round_no in range(400):
    error = 0
    for x, mark in students:
        y = guess(x)
        error += (y - mark) ** 2 / 2
        for unit, blame in zip(hidden, final.correct(y - mark, 0.5)):
            unit.correct(blame, 0.5)
    if round_no % 50 == 0:
        print("round", round_no, "error", error / len(students))

for x, mark in students[:5]:
    print("mark %.2f  net says %.2f" % (mark, guess(x)))
