import random, math
random.seed(23)
# predict tomorrow's value from the last 3, own little classes
serie = [math.sin(i / 3) * 0.4 + 0.5 for i in range(60)]

class Neurone:
    def __init__(self, n):
        self.poids = [random.uniform(-.5, .5) for _ in range(n)]
        self.biais = random.uniform(-.5, .5)
    def sortie(self, entrees):
        self.entrees = entrees
        self.y = 1 / (1 + math.exp(-(self.biais + sum(p * e for p, e in zip(self.poids, entrees)))))
        return self.y
    def corrige(self, delta, pas):
        for i in range(len(self.poids)):
            self.poids[i] -= pas * delta * self.entrees[i]
        self.biais -= pas * delta

cachee = [Neurone(3) for _ in range(5)]
finale = Neurone(5)
for tour in range(200):
    erreur = 0
    for i in range(len(serie) - 3):
        x, but = serie[i:i + 3], serie[i + 3]
        y = finale.sortie([n.sortie(x) for n in cachee])
        erreur += (y - but) ** 2 / 2
        delta = (y - but) * y * (1 - y)
        for j, n in enumerate(cachee):
            n.corrige(delta * finale.poids[j] * finale.y * (1 - finale.y), 0.7)
        finale.corrige(delta, 0.7)
    if tour % 40 == 0:
        print(tour, erreur)
