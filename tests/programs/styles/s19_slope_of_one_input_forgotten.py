# Price of a used bike from its age and its weight, one example at a time.
import random

random.seed(4)
bikes = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(80)]
bikes = [(age, kilos, 0.3 - 0.8 * age - 0.4 * kilos + random.gauss(0, 0.02)) for age, kilos in bikes]

c_age = random.uniform(-1, 1)
c_kilos = random.uniform(-1, 1)
start = 0.0
step = 0.05

for turn in range(4000):
    age, kilos, price = bikes[turn % 80]
    offer = start + c_age * age + c_kilos * kilos
    off = offer - price
    start -= step * off
    c_age -= step * off * age
    if turn % 1000 == 0:
        print(turn, off ** 2)
