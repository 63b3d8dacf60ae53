# Práctica 2. Tres compuertas lógicas, una neurona para cada una
import math, random


class Neurona:
    def __init__(self, nombre, tabla, tamaño=2):
        self.nombre = nombre
        self.tabla = tabla
        # el último peso es el umbral
        self.pesos = [random.uniform(-0.5, 0.5) for _ in range(tamaño + 1)]

    def salida(self, entrada):
        z = self.pesos[-1]
        for peso, x in zip(self.pesos, entrada):
            z += peso * x
        return 1.0 / (1.0 + math.exp(-z))

    def corregir(self, entrada, deseado, η):
        s = self.salida(entrada)
        δ = (deseado - s) * s * (1 - s)
        for i, x in enumerate(entrada):
            self.pesos[i] += η * δ * x
            self.pesos[-1] += η * δ
        return (deseado - s) ** 2


entradas = [(0, 0), (0, 1), (1, 0), (1, 1)]
capa = [
    Neurona("Y", [0, 0, 0, 1]),
    Neurona("O", [0, 1, 1, 1]),
    Neurona("NO-Y", [1, 1, 1, 0]),
]

η = 0.9
error = 1e9
época = 0
while error > 0.12 and época < 20000:
    error = 0
    for k, entrada in enumerate(entradas):
        for neurona in capa:
            error += neurona.corregir(entrada, neurona.tabla[k], η)
    época += 1
    if época % 200 == 0:
        print("época %d   error %.4f" % (época, error))

print("terminado en la época", época, "con error", error)
for neurona in capa:
    print(neurona.nombre, [round(neurona.salida(e), 2) for e in entradas])
