import random
# the rent is at least 2.5 (hundred), that is the law here
base = 2.5
data = [(random.uniform(0, 1), random.uniform(0, 1)) for _ in range(60)]
data = [(a, b, base + 3 * a - b) for a, b in data]
wa = random.random()
wb = random.random()
for n in range(3000):
    a, b, r = random.choice(data)
    out = wa * a + wb * b + base
    e = out - r
    wa -= 0.1 * e * a
    wb -= 0.1 * e * b
    if n % 500 == 0: print(n, e ** 2)
