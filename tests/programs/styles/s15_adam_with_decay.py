"""A 4-4-2-4 network in plain NumPy: each line of training beside its formula.

    x (n, 4) -> leaky-relu (n, 4) -> tanh (n, 2) -> softmax (n, 4)
    categorical-cross-entropy, the mean over a batch; optimiser adam

Examples are rows. δ is the slope of the loss with respect to z; ⊙ multiplies element by element.
"""

import numpy as np

# Settings
epochs = 60           # passes over all rows
batch_size = 3        # rows to a step
learning_rate = 0.01  # η
beta_1 = 0.9          # β1, of the mean gradient
beta_2 = 0.999        # β2, of the mean squared gradient
epsilon = 1e-08       # ε, so that nothing is divided by 0
weight_decay = 0.1    # λ, of the weights, not of the biases
report_every = 6      # epochs

# Data: 26 examples, one a row
X = np.array([[-0.1643028895845328, 0.4373105333753307, 1.0467243315836225,
               -0.4904835016266552],
              [-0.8213520301050313, -1.6407106159316551, -0.9262044968028467,
               0.5364408345765945],
              [0.045647041823202894, -1.0154339949061588, -0.3727674764848574,
               0.0314729477902652],
              [0.5036789316089304, -0.5933943528385258, -0.2504400576578742,
               -1.818434733340209],
              [-1.1513858022379435, 1.6177156581788448, -2.1881406726948454,
               -0.33780255263402675],
              [0.21919822934425529, -0.3743492453270371, -0.8081575233653976,
               -0.061078532387332324],
              [-0.004965401502279523, -0.08211740493189977, -1.8777121211521157,
               -0.14740362795539622],
              [-0.8551126902915559, -0.5477358748135395, 0.22697476334145322,
               0.6407287504805665],
              [0.8967773342418733, -0.49641305697888843, 0.9240027767201172,
               1.1737275326239913],
              [1.1366379245460594, 1.3897679388114335, -0.1456825059189122,
               -0.17413191507326234],
              [0.8250507793943487, -1.3665243151280329, 0.20942904726834088,
               -0.5305589921699142],
              [-0.3687890508614081, -1.7415144478985787, -0.8905443058032078,
               -0.020493929457115093],
              [0.8884531740936087, 0.9900265894080504, -0.08032647499591145,
               -0.18928835722896975],
              [-0.8306791870163397, 0.40235649697613907, -0.2475780005075383,
               0.605884539149004],
              [1.751686804125962, -0.032374957261813664, -1.4973544741740719,
               -0.8608504430288475],
              [-1.4581474413366173, -1.1971096894149784, 1.305270723485468,
               0.2266595734584829],
              [-1.5201744315757593, 0.6536321660301218, 1.2603748740788823,
               -0.359874557435862],
              [-0.6759908391368861, -0.3373777124849492, 0.28460651025417144,
               0.639970150256371],
              [1.1822168380402336, 1.2124782059131658, 1.1854038482269786,
               1.361921431780073],
              [0.6613877898003535, -1.5309066043319859, -0.13096422951361827,
               0.31392051262338433],
              [-0.38312626500769986, 0.9112608549019698, -0.36021397218550477,
               -0.92574702996371],
              [1.4442989994390623, 0.6660043098063377, 0.21925378420038097,
               0.9267090914598398],
              [1.0625342393353856, 0.3410358109726957, -2.457661418894294,
               -0.6755894506677215],
              [-0.4565791295783091, -0.9842008951131349, 0.19867743392031523,
               1.1922021328513417],
              [-0.48490558520706833, -1.1348326696708735, 2.0280348109104995,
               -0.4514376060975332],
              [-1.232964924713251, 0.23767724961845885, 0.42568258158953415,
               -0.7050500896806735]], dtype=float)
Y = np.array([[0, 1, 0, 0],
              [0, 0, 1, 0],
              [0, 1, 0, 0],
              [0, 0, 1, 0],
              [0, 0, 1, 0],
              [0, 0, 0, 1],
              [0, 0, 0, 1],
              [0, 0, 0, 1],
              [1, 0, 0, 0],
              [1, 0, 0, 0],
              [0, 0, 0, 1],
              [0, 0, 0, 1],
              [0, 0, 1, 0],
              [0, 1, 0, 0],
              [0, 0, 0, 1],
              [1, 0, 0, 0],
              [0, 0, 1, 0],
              [0, 1, 0, 0],
              [0, 0, 0, 1],
              [0, 0, 1, 0],
              [0, 1, 0, 0],
              [0, 0, 0, 1],
              [0, 0, 1, 0],
              [0, 1, 0, 0],
              [0, 1, 0, 0],
              [0, 1, 0, 0]], dtype=float)

# First weights, a row for each unit that a layer reads
W1 = np.array([[0.6266606589691615, 0.7006537909548496, 0.8395911967410985,
                -0.6899858175792393],
               [-0.06178346261443579, 0.27292147094551233, -0.6506550813420102,
                -0.354591016459774],
               [0.31745638250078256, 0.30234417654096934, 0.13809664432378344,
                0.7670438679085803],
               [0.25387859607966257, -0.29054270437371577, -0.6440877833668729,
                -0.7988389548961983]], dtype=float)
b1 = np.array([0, 0, 0, 0], dtype=float)
W2 = np.array([[0.01907660186670479, 0.8525150551336476],
               [-0.5011344641043525, -0.048091885082033325],
               [-0.6385368635401727, -0.8644333520689291],
               [0.37797179380556867, 0.8119544513213155]], dtype=float)
b2 = np.array([0, 0], dtype=float)
W3 = np.array([[0.029481467028769748, 0.11704181908013078, -0.12397471391024095,
                -0.378023038395378],
               [0.4571812422156578, -0.9934962885894758, 0.5594266969256296,
                -0.4439257926395481]], dtype=float)
b3 = np.array([0, 0, 0, 0], dtype=float)

eps = np.finfo(X.dtype).eps  # as near as an output may come to 0 and 1
parameters = [W1, b1, W2, b2, W3, b3]
first_moments = [np.zeros_like(p) for p in parameters]
second_moments = [np.zeros_like(p) for p in parameters]
t = 0


def softmax(z):
    powers = np.exp(z - np.max(z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


def forward(x):
    z1 = x @ W1 + b1                # z1 = x W1 + b1
    a1 = np.maximum(z1, 0.01 * z1)  # a1 = leaky(z1)
    z2 = a1 @ W2 + b2               # z2 = a1 W2 + b2
    a2 = np.tanh(z2)                # a2 = tanh(z2)
    z3 = a2 @ W3 + b3               # z3 = a2 W3 + b3
    a3 = softmax(z3)                # a3 = softmax(z3)
    return a1, a2, a3


def loss(a, y):                      # ℓ = -y log(a)
    safe = np.clip(a, eps, 1 - eps)  # 0 has no logarithm
    each = -y * np.log(safe)
    squares = np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2)
    return np.mean(np.sum(each, axis=1)) + weight_decay / 2 * squares  # L = mean + λ/2 Σ W²


def shuffled(epoch):
    """The rows in the order of this epoch, from seed 0.

    The random numbers are those of SplitMix64 (Steele, Lea and Flood, 2014).
    """
    counts = np.arange((epoch - 1) * len(X) + 1, epoch * len(X) + 1, dtype=np.uint64)
    words = np.uint64(0xE7FF814E1D99A40B) + np.uint64(0x9E3779B97F4A7C15) * counts
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(words ^ (words >> np.uint64(31)), kind="stable")


for epoch in range(1, epochs + 1):
    order = shuffled(epoch)
    for start in range(0, len(X), batch_size):
        x, y = X[order[start : start + batch_size]], Y[order[start : start + batch_size]]

        # Forward
        a1, a2, a3 = forward(x)

        # Backward
        delta3 = (a3 - y) / len(x)                            # δ3 = (a3 - y) / n: ∂ℓ/∂a3 softmax'(z3) cancels to that
        dW3 = a2.T @ delta3 + weight_decay * W3               # ∂L/∂W3 = a2ᵀ δ3 + λ W3
        db3 = np.sum(delta3, axis=0)                          # ∂L/∂b3 = Σ δ3 over the batch
        delta2 = (delta3 @ W3.T) * (1 - a2 ** 2)              # δ2 = (δ3 W3ᵀ) ⊙ tanh'(z2)
        dW2 = a1.T @ delta2 + weight_decay * W2               # ∂L/∂W2 = a1ᵀ δ2 + λ W2
        db2 = np.sum(delta2, axis=0)                          # ∂L/∂b2 = Σ δ2 over the batch
        delta1 = (delta2 @ W2.T) * np.where(a1 > 0, 1, 0.01)  # δ1 = (δ2 W2ᵀ) ⊙ leaky'(z1)
        dW1 = x.T @ delta1 + weight_decay * W1                # ∂L/∂W1 = xᵀ δ1 + λ W1
        db1 = np.sum(delta1, axis=0)                          # ∂L/∂b1 = Σ δ1 over the batch

        # Update
        t += 1                                           # the count of steps
        corrected = learning_rate * (np.sqrt(1 - beta_2**t) / (1 - beta_1**t))  # η' = η √(1 - β2ᵗ) / (1 - β1ᵗ)
        gradients = [dW1, db1, dW2, db2, dW3, db3]
        for p, g, m, v in zip(parameters, gradients, first_moments, second_moments):
            m += (1 - beta_1) * (g - m)                  # m ← β1 m + (1 - β1) g
            v += (1 - beta_2) * (g**2 - v)               # v ← β2 v + (1 - β2) g²
            p -= corrected * m / (np.sqrt(v) + epsilon)  # p ← p - η' m / (√v + ε)

    if epoch % report_every == 0:
        print(f"epoch {epoch:6}   loss {loss(forward(X)[-1], Y):.6f}")

for x, y, a in zip(X[:16], Y[:16], forward(X[:16])[-1]):
    print(x, "->", a.round(3), "  target", y)
