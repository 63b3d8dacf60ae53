import numpy as np

Χ = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
τ = np.array([[0], [1], [1], [0]])
η = 1.0


def σ(ζ):
    return 1 / (1 + np.exp(-ζ))


np.random.seed(1)
ω1 = 2 * np.random.random((3, 4)) - 1
ω2 = 2 * np.random.random((4, 1)) - 1
for εποχή in range(2000):
    α1 = σ(Χ @ ω1)
    α2 = σ(α1 @ ω2)
    𝛿2 = (α2 - τ) * α2 * (1 - α2)  # a mathematical delta, which Python reads as a Greek one
    δ1 = (δ2 @ ω2.T) * α1 * (1 - α1)
    ω2 -= η * α1.T @ δ2
    ω1 -= η * Χ.T @ δ1
print("σφάλμα", np.mean((α2 - τ) ** 2))
