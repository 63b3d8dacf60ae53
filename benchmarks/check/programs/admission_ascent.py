# Logistic regression for "was the student admitted?"
# maximise the log-likelihood, so we go UP the gradient

import numpy as np

np.random.seed(17)
n = 150
grade = np.random.uniform(1, 10, n)
interview = np.random.uniform(0, 100, n)
score = 0.9*grade + 0.05*interview - 7.5
admitted = (np.random.rand(n) < 1/(1+np.exp(-2*score))).astype(int)

def standardize(v):
    return (v - v.mean())/v.std()

A = np.column_stack([standardize(grade), standardize(interview), np.ones(n)])
beta = np.zeros(3)

def loglik(beta):
    s = A @ beta
    # log p = s*y - log(1+e^s)
    return np.sum(admitted*s - np.logaddexp(0, s))

rate0 = 0.05
for k in range(300):
    p = 1/(1+np.exp(-A @ beta))
    gradient = A.T @ (admitted - p)
    rate = rate0/(1 + 0.01*k)
    beta = beta + rate*gradient
    if k % 50 == 0:
        print("iteration", k, "log likelihood", round(loglik(beta), 4), "|grad|", np.linalg.norm(gradient))

print("beta:", beta)
print("log likelihood:", loglik(beta), " (start:", loglik(np.zeros(3)), ")")
print("classified correctly:", np.mean((A @ beta > 0) == admitted))
