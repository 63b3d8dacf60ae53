import random

# rent of a flat from its size and the distance to the station, linear neuron (LMS rule)

flats = []
for i in range(100):
    size = random.randint(20, 120)
    km = random.randint(1, 15)
    rent = 250 + 9 * size - 12 * km + random.gauss(0, 15)
    flats.append((size, km, rent))

# scale to about -1 .. 1
flats = [((s - 70) / 50, (k - 8) / 7, (r - 800) / 500) for s, k, r in flats]

w_size = random.random()
w_km = random.random()
b = 0

a = 0.05
avg = 0
for n in range(4001):
    s, k, r = random.choice(flats)
    guess = w_size * s + w_km * k + b
    err = guess - r

    w_size -= a * err * s
    w_km -= a * err * k
    b -= a * err

    # running average of the error, only for looking at it
    avg = 0.98 * avg + 0.02 * err ** 2
    if n % 500 == 0:
        print(n, "squared error about", avg)

print("per square metre:", w_size * 500 / 50)
print("per km:", w_km * 500 / 7)
print("base:", b * 500 + 800 - w_size * 500 / 50 * 70 - w_km * 500 / 7 * 8)
