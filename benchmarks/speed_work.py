"""The work of `speed.py`, done by one tool in one process: `speed_work.py WORK TOOL` runs it once for each line on standard input.

It prints one line of JSON each time: the seconds, what they are divided by, and how well the trained network does. Nothing but
the tool is loaded; equal for all are the data, the sizes, the batches' number and size, Adam's or SGD's settings and, where
it is said in `WORKS`, the precision. What differs is said in the report.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Fit = Callable[[], Any]  # trains from the beginning; what it returns goes to `score`


@dataclass(frozen=True)
class Work:
    """One training."""

    sizes: tuple[int, ...]
    hidden: str  # "relu", "tanh" or "sigmoid"
    data: str
    batch: int  # 0: all rows
    epochs: int
    adam: bool = True  # else plain gradient descent with rate 0.1
    shuffle: bool = True
    slow_epochs: int = 0  # of the tools that take very long for it; 0: all


WORKS = {
    "W1": Work((2, 3, 1), "sigmoid", "xor", 1, 30_000, adam=False, shuffle=False, slow_epochs=200),
    "W2": Work(
        (2, 3, 1), "sigmoid", "xor", 0, 100_000, adam=False, shuffle=False, slow_epochs=2_000
    ),
    "W4 iris": Work((4, 32, 3), "relu", "iris", 32, 100),
    "W4 wine": Work((13, 32, 3), "relu", "wine", 32, 100),
    "W4 breast cancer": Work((30, 32, 1), "relu", "breast_cancer", 32, 100),
    "W5": Work((64, 128, 10), "relu", "digits", 64, 30),
    "W6": Work((784, 256, 128, 10), "relu", "pictures", 128, 1),
    "W7": Work((8, 64, 64, 1), "tanh", "surface", 200, 10),
}
PREDICTIONS = {"one row": 1, "100,000 rows": 100_000}  # 64-128-10
FAST = (
    "backproof",
    "backproof float64",
    "backproof 2 threads",
    "JAX",
    "FANN",
    "FANN float64",
)  # take all epochs


def rows(name: str) -> tuple[np.ndarray, np.ndarray]:
    """X (n, inputs) in float32 and y: classes, or numbers (n,) for `surface`; written by `speed.py`."""
    with np.load(Path(sys.argv[3]) / f"{name}.npz") as stored:
        return stored["X"], stored["y"]


def columns(y: np.ndarray, outputs: int) -> np.ndarray:
    """Targets as (n, outputs), float32."""
    if outputs > 1:
        return np.eye(outputs, dtype=np.float32)[y]
    return y.astype(np.float32)[:, None]


def glorot(sizes: tuple[int, ...], dtype: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """First weights (n_in, n_out) and zero biases of each layer."""
    random = np.random.default_rng(0)
    return [
        (
            (random.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b))).astype(dtype),
            np.zeros(b, dtype),
        )
        for a, b in itertools.pairwise(sizes)
    ]


def backproof(work: Work, epochs: int, dtype: str = "float32") -> Fit:
    """`bp.train` as anybody calls it; its history and everything else included."""
    import backproof as bp

    X, y = rows(work.data)
    output = (
        "softmax" if work.sizes[-1] > 1 else "identity" if work.data == "surface" else "sigmoid"
    )
    network = bp.Network(work.sizes, hidden=work.hidden, output=output, seed=0, dtype=dtype)
    optimizer = bp.Adam(0.001) if work.adam else bp.SGD(0.1)
    asked = {"optimizer": optimizer, "epochs": epochs, "batch_size": work.batch or len(X)}
    targets = columns(y, work.sizes[-1])
    return lambda: (
        bp.train(network, X, targets, shuffle=work.shuffle, seed=0, **asked).network.predict
    )


def numpy_style(work: Work, epochs: int, dtype: str = "float32") -> Fit:
    """Tuned NumPy: flat parameters, everything that can be in place is, no loss is computed."""
    X, y = rows(work.data)
    X = X.astype(dtype)
    Y = columns(y, work.sizes[-1]).astype(dtype)
    one = np.dtype(dtype).type(1)
    values = {
        "relu": lambda z: np.maximum(z, 0, out=z),
        "tanh": lambda z: np.tanh(z, out=z),
        "sigmoid": lambda z: np.divide(one, one + np.exp(-z), out=z),
    }
    slopes = {
        "relu": lambda a, d: np.multiply(d, a > 0, out=d),
        "tanh": lambda a, d: np.multiply(d, one - a * a, out=d),
        "sigmoid": lambda a, d: np.multiply(d, a * (one - a), out=d),
    }
    value, slope = values[work.hidden], slopes[work.hidden]

    def outputs(layers: Any, x: np.ndarray) -> list[np.ndarray]:
        passed = [x]
        for number, (W, b) in enumerate(layers, 1):
            z = passed[-1] @ W
            z += b
            if number < len(layers):
                value(z)
            elif len(b) > 1:
                z -= z.max(1, keepdims=True)
                np.exp(z, out=z)
                z /= z.sum(1, keepdims=True)
            elif work.data != "surface":
                np.divide(one, one + np.exp(-z), out=z)
            passed.append(z)
        return passed

    def fit() -> Any:
        start = glorot(work.sizes, dtype)
        parameters = np.concatenate([part.ravel() for pair in start for part in pair])
        gradient, m, v, spare = (np.zeros_like(parameters) for _ in range(4))
        layers, gradients, at = [], [], 0
        for W, b in start:
            middle, end = at + W.size, at + W.size + b.size
            layers.append((parameters[at:middle].reshape(W.shape), parameters[middle:end]))
            gradients.append((gradient[at:middle].reshape(W.shape), gradient[middle:end]))
            at = end
        random, batch, steps = np.random.default_rng(0), work.batch or len(X), 0
        for _ in range(epochs):
            order = random.permutation(len(X)) if work.shuffle else None
            for begin in range(0, len(X), batch):
                if order is None:
                    x, target = X[begin : begin + batch], Y[begin : begin + batch]
                else:
                    chosen = order[begin : begin + batch]
                    x, target = X[chosen], Y[chosen]
                passed = outputs(layers, x)
                delta = passed[-1]
                delta -= target
                delta *= one / len(x)
                for number in range(len(layers) - 1, -1, -1):
                    np.matmul(passed[number].T, delta, out=gradients[number][0])
                    np.sum(delta, axis=0, out=gradients[number][1])
                    if number:
                        delta = slope(passed[number], delta @ layers[number][0].T)
                if not work.adam:
                    gradient *= dtype_rate
                    np.subtract(parameters, gradient, out=parameters)
                    continue
                steps += 1
                m *= 0.9
                np.multiply(gradient, 0.1, out=spare)
                m += spare
                v *= 0.999
                np.multiply(gradient, gradient, out=spare)
                spare *= 0.001
                v += spare
                np.sqrt(v, out=spare)
                spare += 1e-8
                np.divide(m, spare, out=spare)
                spare *= 0.001 * np.sqrt(1 - 0.999**steps) / (1 - 0.9**steps)
                np.subtract(parameters, spare, out=parameters)
        return lambda x: outputs(layers, x.astype(dtype))[-1]

    dtype_rate = np.dtype(dtype).type(0.1)
    return fit


def matrix_style(work: Work, epochs: int) -> Fit:
    """One example at a time with np.matrix and np.vectorize, as in the programs of beginners; float64."""
    import math

    warnings.simplefilter("ignore")
    sigmoid = np.vectorize(lambda x: 1 / (1 + math.exp(-x)))
    X, y = rows(work.data)

    def fit() -> Any:
        (W1, b1), (W2, b2) = (
            (np.asmatrix(W.T), np.asmatrix(b).T) for W, b in glorot(work.sizes, "float64")
        )
        for _ in range(epochs):
            for x, t in zip(X, y, strict=True):
                inputs, target = np.matrix(x).T, np.matrix(t)
                h = sigmoid(W1 * inputs + b1)
                o = sigmoid(W2 * h + b2)
                d2 = target - o
                d1 = np.multiply(W2.T * d2, np.multiply(h, 1 - h))
                W2 += 0.1 * d2 * h.T
                b2 += 0.1 * d2
                W1 += 0.1 * d1 * inputs.T
                b1 += 0.1 * d1
        return lambda x: np.asarray(sigmoid(W2 * sigmoid(W1 * np.asmatrix(x).T + b1) + b2)).T

    return fit


def scikit_learn(work: Work, epochs: int) -> Fit:
    """MLPClassifier or MLPRegressor; every epoch is run, and it keeps its loss curve."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    warnings.simplefilter("ignore")
    X, y = rows(work.data)
    kind = MLPRegressor if work.data == "surface" else MLPClassifier
    solver = (
        {"solver": "adam"}
        if work.adam
        else {"solver": "sgd", "momentum": 0, "nesterovs_momentum": False}
    )
    activation = "logistic" if work.hidden == "sigmoid" else work.hidden
    settings = {
        "hidden_layer_sizes": work.sizes[1:-1], "activation": activation, "batch_size": work.batch or len(X), "max_iter": epochs,
        "learning_rate_init": 0.001 if work.adam else 0.1, "alpha": 0, "tol": 0, "n_iter_no_change": 10**6, "shuffle": work.shuffle,
        "random_state": 0, **solver,
    }  # fmt: skip

    def fit() -> Any:
        fitted = kind(**settings).fit(X, y)
        if work.data == "surface":
            return lambda x: fitted.predict(x)[:, None]
        shares = fitted.predict_proba
        return shares if work.sizes[-1] > 1 else lambda x: shares(x)[:, 1:]

    return fit


def pytorch(work: Work, epochs: int) -> Fit:
    """The usual eager loop; batches by indexing, not by a DataLoader, which is slower; no loss is read."""
    import torch

    torch.set_num_threads(1)
    X, y = (torch.from_numpy(part) for part in rows(work.data))
    units = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid}[work.hidden]
    several = work.sizes[-1] > 1
    if several:
        loss, Y = torch.nn.CrossEntropyLoss(), y
    else:
        loss = torch.nn.MSELoss() if work.data == "surface" else torch.nn.BCEWithLogitsLoss()
        Y = y.float()[:, None]

    def fit() -> Any:
        parts: list[Any] = []
        for W, b in glorot(work.sizes, "float32"):
            layer = torch.nn.Linear(*W.shape)
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(W.T))
                layer.bias.copy_(torch.from_numpy(b))
            parts += [layer, units()]
        network = torch.nn.Sequential(*parts[:-1])
        if work.adam:
            optimizer: Any = torch.optim.Adam(network.parameters(), lr=0.001)
        else:
            optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        batch = work.batch or len(X)
        for _ in range(epochs):
            order = torch.randperm(len(X)) if work.shuffle else torch.arange(len(X))
            for begin in range(0, len(X), batch):
                chosen = order[begin : begin + batch]
                optimizer.zero_grad()
                loss(network(X[chosen]), Y[chosen]).backward()
                optimizer.step()
        last = (
            torch.nn.Softmax(1)
            if several
            else torch.nn.Identity()
            if work.data == "surface"
            else torch.nn.Sigmoid()
        )
        return lambda x: last(network(torch.from_numpy(x))).detach().numpy()

    return fit


def jax_scan(work: Work, epochs: int) -> Fit:
    """The whole training compiled as one scan over epochs and batches; compiled before the clock starts."""
    import jax
    import jax.numpy as jnp

    X, y = rows(work.data)
    X, Y = jnp.asarray(X), jnp.asarray(columns(y, work.sizes[-1]))
    value = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}[work.hidden]
    batch = work.batch or len(X)
    whole, rest = divmod(len(X), batch)

    def logits(layers: Any, x: Any) -> Any:
        for W, b in layers[:-1]:
            x = value(x @ W + b)
        W, b = layers[-1]
        return x @ W + b

    def loss(layers: Any, x: Any, target: Any) -> Any:
        z = logits(layers, x)
        if work.data == "surface":
            return jnp.mean((z - target) ** 2) / 2
        if work.sizes[-1] == 1:
            return jnp.mean(jax.nn.softplus(z) - target * z)
        return jnp.mean(-jnp.sum(target * jax.nn.log_softmax(z), axis=1))

    def step(state: Any, chosen: Any) -> Any:
        layers, m, v, t = state
        g = jax.grad(loss)(layers, X[chosen], Y[chosen])
        if not work.adam:
            return (jax.tree.map(lambda p, d: p - 0.1 * d, layers, g), m, v, t), None
        t = t + 1
        m = jax.tree.map(lambda a, d: 0.9 * a + 0.1 * d, m, g)
        v = jax.tree.map(lambda a, d: 0.999 * a + 0.001 * d * d, v, g)
        rate = 0.001 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        layers = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-8), layers, m, v)
        return (layers, m, v, t), None

    def epoch(state: Any, key: Any) -> Any:
        order = jax.random.permutation(key, len(X)) if work.shuffle else jnp.arange(len(X))
        state, _ = jax.lax.scan(step, state, order[: whole * batch].reshape(whole, batch))
        if rest:
            state, _ = step(state, order[whole * batch :])
        return state, None

    start = [(jnp.asarray(W), jnp.asarray(b)) for W, b in glorot(work.sizes, "float32")]
    zeros = jax.tree.map(jnp.zeros_like, start)
    keys = jax.random.split(jax.random.key(0), epochs)
    state = (start, zeros, zeros, jnp.array(0.0))
    compiled = jax.jit(lambda s, k: jax.lax.scan(epoch, s, k)[0]).lower(state, keys).compile()

    def fit() -> Any:
        layers = jax.block_until_ready(compiled(state, keys))[0]
        return lambda x: np.asarray(final(logits(layers, x)))

    def final(z: Any) -> Any:
        if work.data == "surface":
            return z
        return jax.nn.softmax(z) if work.sizes[-1] > 1 else jax.nn.sigmoid(z)

    return fit


def fann(work: Work, epochs: int, precision: str) -> Fit:
    """FANN's own incremental or batch training; its loss is squared error."""
    import fann as library

    X, y = rows(work.data)
    return library.plain_training(
        *(work.sizes, X, columns(y, 1), epochs),
        incremental=work.batch == 1,
        precision=library.FLOAT if precision == "float32" else library.DOUBLE,
    )


def products_alone(work: Work, epochs: int) -> Fit:
    """No training: as many multiply-adds as the work's matrix products have, in large products by OpenBLAS."""
    size = 1024
    pairs = [a * b for a, b in itertools.pairwise(work.sizes)]
    # forward, for the weights, and for the layer before, which the first layer does not have
    each = 3 * sum(pairs) - pairs[0]
    wanted = epochs * len(rows(work.data)[0]) * each
    A, B = (np.ones((size, size), np.float32) for _ in range(2))
    whole, rest = divmod(round(wanted / size**2), size)

    def fit() -> Any:
        for _ in range(whole):
            A @ B
        A[:rest] @ B

    return fit


TOOLS: dict[str, Callable[[Work, int], Fit]] = {
    "backproof": backproof,
    "backproof float64": lambda work, epochs: backproof(work, epochs, "float64"),
    "backproof 2 threads": backproof,
    "NumPy": numpy_style,
    "np.matrix style": matrix_style,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
    "JAX": jax_scan,
    "FANN": lambda work, epochs: fann(work, epochs, "float32"),
    "FANN float64": lambda work, epochs: fann(work, epochs, "float64"),
    "products alone": products_alone,
}


def predictor(tool: str, count: int) -> Fit:
    """Predictions for so many rows of a 64-128-10 network: what is called in each tool to have them as an array."""
    X = np.random.default_rng(0).random((count, 64), np.float32)
    work = Work((64, 128, 10), "relu", "digits", 64, 1)
    model = TOOLS[tool](work, 1)()
    repeats = 2_000 if count == 1 else 1

    def run() -> Any:
        for _ in range(repeats):
            model(X)
        return None

    return run


def main() -> None:
    """Serve."""
    name, tool = sys.argv[1:3]
    if name in PREDICTIONS:
        run, epochs = predictor(tool, PREDICTIONS[name]), 0
        per = 2_000 if PREDICTIONS[name] == 1 else 1
    else:
        work = WORKS[name]
        epochs = work.epochs if tool in FAST else work.slow_epochs or work.epochs
        run = TOOLS[tool](work, epochs)
        per = epochs * (4 // (work.batch or 4)) if work.slow_epochs else 1
    for _ in sys.stdin:
        began = time.perf_counter()
        model = run()
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds / per, "score": score(name, model)}), flush=True)


def score(name: str, model: Any) -> float | None:
    """How well it does on the rows that it was trained on: the share of right classes, or the mean squared error."""
    if model is None:
        return None
    X, y = rows(WORKS[name].data)
    outputs = np.concatenate(
        [model(X[begin : begin + 10_000]) for begin in range(0, len(X), 10_000)]
    )
    if WORKS[name].data == "surface":
        return float(np.mean((outputs[:, 0] - y) ** 2))
    classes = outputs.argmax(1) if outputs.shape[1] > 1 else outputs[:, 0] > 0.5
    return float(np.mean(classes == y))


if __name__ == "__main__":
    main()
