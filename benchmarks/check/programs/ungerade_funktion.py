# Ungerade Funktion lernen: f(-x) = -f(x), also braucht das Netz keine Schwellwerte.
from random import uniform, shuffle
from math import tanh, sin

ANZAHL = 8
LERNRATE = 0.05

gewichte_ein = [uniform(-2, 2) for _ in range(ANZAHL)]
gewichte_aus = [uniform(-0.5, 0.5) for _ in range(ANZAHL)]

def funktion(x):
    return 0.5*x + 0.4*sin(3*x)

punkte = [(i/10, funktion(i/10)) for i in range(-15, 16) if i != 0]

def netz(x):
    versteckt = [tanh(g*x) for g in gewichte_ein]
    ausgabe = 0
    for j in range(ANZAHL):
        ausgabe += gewichte_aus[j]*versteckt[j]
    return versteckt, ausgabe

def gesamtfehler():
    return sum((netz(x)[1] - y)**2 for x, y in punkte)/2

print('Fehler am Anfang:', gesamtfehler())
for runde in range(1, 1001):
    shuffle(punkte)
    for x, y in punkte:
        versteckt, ausgabe = netz(x)
        # Lernrate steckt schon im Delta
        delta = LERNRATE*(y - ausgabe)
        for j in range(ANZAHL):
            delta_j = delta*gewichte_aus[j]*(1 - versteckt[j]*versteckt[j])
            gewichte_aus[j] += delta*versteckt[j]
            gewichte_ein[j] += delta_j*x
    if runde % 200 == 0:
        print('Runde', runde, 'Fehler', gesamtfehler())

for x in (-1.2, -0.4, 0.4, 1.2):
    print('%5.1f  soll %7.3f  ist %7.3f' % (x, funktion(x), netz(x)[1]))
