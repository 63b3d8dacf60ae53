import numpy as np

# Perceptron multicouche - TP reseaux de neurones
np.random.seed(100)

def sigmoide(x):
    return 1 / (1 + np.exp(-x))

entrees = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
sorties = np.array([[1], [0], [0], [1]])   # XNOR

poids1 = np.random.normal(size=(2, 4))
biais1 = np.zeros(4)
poids2 = np.random.normal(size=(4, 1))
biais2 = np.zeros(1)
pas = 0.5

historique = []
for iteration in range(5000):
    couche1 = sigmoide(entrees @ poids1 + biais1)
    couche2 = sigmoide(couche1 @ poids2 + biais2)
    erreur = sorties - couche2
    historique.append(float(np.mean(erreur ** 2)))
    delta2 = erreur * couche2 * (1 - couche2)
    delta1 = (delta2 @ poids2.T) * couche1 * (1 - couche1)
    poids2 = poids2 + pas * delta2.sum(axis=0)
    biais2 = biais2 + pas * delta2.sum(axis=0)
    poids1 = poids1 + pas * entrees.T @ delta1
    biais1 = biais1 + pas * delta1.sum(axis=0)

print("debut", historique[0], "fin", historique[-1])
print(couche2)
