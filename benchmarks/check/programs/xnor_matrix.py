from numpy import matrix, multiply, power, tanh
from numpy.random import randn, randint

# XNOR in -1/+1, everything as column vectors (matrix class, so * is the matrix product)

P = matrix([[-1, -1, 1, 1],
            [-1, 1, -1, 1]])
T = 0.9*matrix([[1, -1, -1, 1]])

S1 = 5
W1 = matrix(randn(S1, 2));  b1 = matrix(randn(S1, 1))
W2 = matrix(randn(1, S1))*0.3;  b2 = matrix([[0.0]])

# slower for the output layer
rate1 = 0.1
rate2 = 0.04

for k in range(5000):
    q = randint(4)
    p = P[:, q]
    t = T[:, q]

    n1 = W1*p + b1
    a1 = tanh(n1)
    n2 = W2*a1 + b2
    a2 = tanh(n2)

    e = t - a2

    # sensitivities for F = e'e
    s2 = -2*multiply(1 - power(a2, 2), e)
    s1 = multiply(1 - power(a1, 2), W2.T*s2)

    W2 = W2 - rate2*s2*a1.T
    b2 = b2 - rate2*s2
    W1 = W1 - rate1*s1*p.T
    b1 = b1 - rate1*s1

    if k % 1000 == 0:
        E = T - tanh(W2*tanh(W1*P + b1) + b2)
        print(k, 'sse =', float((E*E.T)[0, 0]))

A = tanh(W2*tanh(W1*P + b1) + b2)
print(A)
print('sse =', float(((T - A)*(T - A).T)[0, 0]))
