# Période du pendule en fonction de l'amplitude (série de Borda), apprise par un petit réseau.
# Les exemples sont rangés en colonnes.
import numpy as np


class Couche:
    def __init__(self, entrees, sorties, fonction):
        self.poids = np.random.randn(sorties, entrees) / np.sqrt(entrees)
        self.biais = np.zeros((sorties, 1))
        self.fonction = fonction

    def avant(self, a):
        self.entree = a
        z = np.dot(self.poids, a) + self.biais
        # on garde tout de suite la dérivée, on n'aura plus besoin de z
        if self.fonction == "sigmoide":
            s = 1 / (1 + np.exp(-z))
            self.derivee = s * (1 - s)
        elif self.fonction == "tanh":
            s = np.tanh(z)
            self.derivee = 1 - s ** 2
        else:
            s = z
            self.derivee = np.ones_like(z)
        return s

    def arriere(self, dA, pas):
        m = dA.shape[1]
        dZ = dA * self.derivee
        retour = np.dot(self.poids.T, dZ)        # avant de changer les poids
        self.poids = self.poids - pas * np.dot(dZ, self.entree.T) / m
        self.biais = self.biais - pas * np.sum(dZ, axis=1, keepdims=True) / m
        return retour


np.random.seed(13)
theta = np.linspace(0, 2.6, 60).reshape(1, -1)
periode = 1 + theta ** 2 / 16 + 11 * theta ** 4 / 3072
x = theta / 1.3 - 1
y = periode - 1

reseau = [Couche(1, 8, "tanh"), Couche(8, 6, "sigmoide"), Couche(6, 1, "lineaire")]

for i in range(4000):
    a = x
    for couche in reseau:
        a = couche.avant(a)
    cout = np.sum((a - y) ** 2) / (2 * x.shape[1])
    dA = a - y
    for couche in reseau[::-1]:
        dA = couche.arriere(dA, 0.3)
    if i % 800 == 0:
        print("itération", i, "coût", cout)

print("coût final :", cout)
print("écart maximal :", np.max(np.abs(a - y)))
