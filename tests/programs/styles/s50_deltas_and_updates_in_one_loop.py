# Red neuronal 2-3-3-1 para XOR, sin librerias
import math
import random

random.seed(8)

def sigmoide(x):
    return 1 / (1 + math.exp(-x))

def crear_capa(entradas, neuronas):
    return [{'pesos': [random.uniform(-1, 1) for _ in range(entradas + 1)],
             'salida': 0.0, 'delta': 0.0} for _ in range(neuronas)]

def adelante(red, fila):
    valores = fila
    for capa in red:
        nuevos = []
        for neurona in capa:
            p = neurona['pesos']
            suma = p[-1]
            for i in range(len(valores)):
                suma += p[i] * valores[i]
            neurona['salida'] = sigmoide(suma)
            nuevos.append(neurona['salida'])
        valores = nuevos
    return valores

def atras(red, fila, esperado, tasa):
    for k in range(len(red) - 1, -1, -1):
        capa = red[k]
        anterior = fila if k == 0 else [n['salida'] for n in red[k - 1]]
        for j, neurona in enumerate(capa):
            if k == len(red) - 1:
                error = esperado[j] - neurona['salida']
            else:
                error = sum(n['pesos'][j] * n['delta'] for n in red[k + 1])
            neurona['delta'] = error * neurona['salida'] * (1 - neurona['salida'])
        for neurona in capa:
            for i in range(len(anterior)):
                neurona['pesos'][i] += tasa * neurona['delta'] * anterior[i]
            neurona['pesos'][-1] += tasa * neurona['delta']

datos = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
red = [crear_capa(2, 3), crear_capa(3, 3), crear_capa(3, 1)]

for epoca in range(6000):
    error_total = 0
    for fila, esperado in datos:
        salida = adelante(red, fila)
        error_total += sum((e - s) ** 2 for e, s in zip(esperado, salida)) / 2
        atras(red, fila, esperado, 0.5)
    if epoca % 1000 == 0:
        print('epoca=%d error=%.4f' % (epoca, error_total))

for fila, esperado in datos:
    print(fila, esperado, adelante(red, fila))
