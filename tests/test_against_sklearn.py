"""The same steps as scikit-learn's multi-layer perceptron, from the same weights, in float64.

scikit-learn adds alpha/2 |W|^2 divided by the batch's rows to the loss: its alpha is `weight_decay` times the rows of a
batch. Its Adam has the epsilon of the form at the end of section 2 of Kingma and Ba, as ours. Behind several regression
outputs it reports the mean over them as the loss, but steps along the gradient of the sum, as here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor
from strategies import linear_sample

import backproof as bp
from backproof.arrays import Array

pytestmark = pytest.mark.usefixtures("each_engine")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ROWS = 60
HIDDEN = (5, 4)
OURS = {"logistic": "sigmoid"}  # scikit-learn's name -> ours, where they differ
NEVER = {"tol": 0.0, "n_iter_no_change": 10**9}  # every epoch runs


def sample(kind: str) -> tuple[Array, Array]:
    """X and targets as scikit-learn takes them."""
    X, y = linear_sample(rows=ROWS)
    classes = np.digitize(y[:, 0], np.quantile(y, [1 / 3, 2 / 3]))
    return X, {
        "one number": np.sin(y[:, 0]),
        "two numbers": np.hstack([np.sin(y), np.cos(y)]),
        "two classes": (classes > 0).astype(int),
        "three classes": classes,
        "two labels": np.stack([classes > 0, classes == 1], axis=1).astype(int),
    }[kind]


# kind of target: scikit-learn's estimator, our output activation, number of outputs
KINDS = {
    "one number": (MLPRegressor, "identity", 1),
    "two numbers": (MLPRegressor, "identity", 2),
    "two classes": (MLPClassifier, "sigmoid", 1),
    "three classes": (MLPClassifier, "softmax", 3),
    "two labels": (MLPClassifier, "sigmoid", 2),
}

# scikit-learn's settings beside ours
OPTIMIZERS = {
    "sgd": ({"solver": "sgd", "momentum": 0}, bp.SGD(0.05)),
    "momentum": (
        {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
        bp.SGD(0.05, momentum=0.9),
    ),
    "nesterov": (
        {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True},
        bp.SGD(0.05, momentum=0.9, nesterov=True),
    ),
    "adam": ({"solver": "adam"}, bp.Adam(0.01)),
    "adam, other settings": (
        {"solver": "adam", "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
        bp.Adam(0.001, beta_1=0.8, beta_2=0.95, epsilon=1e-3),
    ),
}


class Pair:
    """scikit-learn's estimator after its fit, and our run from its first weights."""

    def __init__(
        self,
        kind: str,
        optimizer: str,
        epochs: int,
        theirs: dict[str, Any] | None = None,
        ours: dict[str, Any] | None = None,
        activation: str = "tanh",
        batch_size: int = ROWS,
        rate: float | None = None,
    ) -> None:
        (estimator, output, outputs), (solver, method) = KINDS[kind], OPTIMIZERS[optimizer]
        rate = rate or method.learning_rate
        X, y = sample(kind)
        settings = {
            "hidden_layer_sizes": HIDDEN,
            "activation": activation,
            "learning_rate_init": rate,
            "alpha": 0.0,
            "batch_size": batch_size,
            "shuffle": False,
            "random_state": 1,
            "max_iter": epochs,
            **NEVER,
            **solver,
            **(theirs or {}),
        }
        self.estimator = estimator(**settings).fit(X, y)
        # One epoch at a rate that moves nothing leaves the first weights as they were.
        first = estimator(**{**settings, "learning_rate_init": 1e-300, "max_iter": 1}).fit(X, y)
        network = bp.Network(
            [X.shape[1], *HIDDEN, outputs], hidden=OURS.get(activation, activation), output=output
        )
        network.parameters[:] = flat(first)
        self.first = network.parameters.copy()
        self.run = bp.train(
            network,
            X,
            y,
            optimizer=replace(method, learning_rate=rate),
            epochs=epochs,
            **{"batch_size": batch_size, "shuffle": False, **(ours or {})},
        )

    def assert_same(self, close: float) -> None:
        """Also the first weights were really left behind."""
        ours = self.run.network.parameters
        np.testing.assert_allclose(ours, flat(self.estimator), rtol=0, atol=close)
        assert np.abs(ours - self.first).max() > 1e-4


def flat(estimator: MLPClassifier | MLPRegressor) -> Array:
    """scikit-learn's parameters in our order."""
    layers = zip(estimator.coefs_, estimator.intercepts_, strict=True)
    return np.concatenate([part.ravel() for layer in layers for part in layer])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", KINDS)
def test_one_step(kind, optimizer):
    Pair(kind, optimizer, epochs=1).assert_same(1e-15)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", KINDS)
def test_hundreds_of_steps(kind, optimizer):
    pair = Pair(kind, optimizer, epochs=300)
    pair.assert_same(1e-10)
    if kind != "two numbers":  # see above: the mean over the outputs
        np.testing.assert_allclose(pair.run.history["loss"], pair.estimator.loss_curve_, rtol=1e-10)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_every_activation_that_both_have(activation):
    Pair("three classes", "nesterov", epochs=100, activation=activation).assert_same(1e-10)


@pytest.mark.parametrize("batch_size", [1, 7, 16])
@pytest.mark.parametrize("optimizer", ["nesterov", "adam"])
def test_mini_batches_in_order_the_last_one_smaller(optimizer, batch_size):
    # A small rate: at a large one single examples throw the weights about, and rounding grows to a real difference.
    pair = Pair("two classes", optimizer, epochs=10, batch_size=batch_size, rate=0.002)
    pair.assert_same(1e-10)
    np.testing.assert_allclose(pair.run.history["loss"], pair.estimator.loss_curve_, rtol=1e-10)


@pytest.mark.parametrize("batch_size", [15, ROWS])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_weight_decay_is_alpha_over_the_rows_of_a_batch(optimizer, batch_size):
    pair = Pair(
        "one number",
        optimizer,
        epochs=100,
        batch_size=batch_size,
        theirs={"alpha": 0.5},
        ours={"weight_decay": 0.5 / batch_size},
    )
    pair.assert_same(1e-10)
    np.testing.assert_allclose(pair.run.history["loss"], pair.estimator.loss_curve_, rtol=1e-10)


@pytest.mark.parametrize("power", [0.25, 0.5, 1.0])
def test_inverse_scaling(power):
    pair = Pair(
        "one number",
        "momentum",
        epochs=200,
        batch_size=20,
        theirs={"learning_rate": "invscaling", "power_t": power},
        ours={"schedule": "inverse-scaling", "power": power},
    )
    pair.assert_same(1e-10)


ADAPTIVE = (
    {"learning_rate": "adaptive", "tol": 1e-3, "n_iter_no_change": 5},
    {"schedule": "adaptive", "tolerance": 1e-3, "patience": 5},
)


def test_adaptive():
    pair = Pair("one number", "nesterov", 60, *ADAPTIVE, rate=0.05)
    pair.assert_same(1e-10)
    rates = pair.run.history["learning_rate"]
    assert len(rates) == 60
    assert rates[-1] < rates[0] / 4


def test_adaptive_with_no_tolerance():
    """Any fall counts, however small; none of these epochs is without one."""
    theirs, ours = ({**ADAPTIVE[0], "tol": 0.0}, {**ADAPTIVE[1], "tolerance": 0.0})
    pair = Pair("one number", "sgd", 60, theirs, ours, rate=1e-5)
    assert pair.run.epochs == 60
    pair.assert_same(1e-10)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"tol": 1e-4, "n_iter_no_change": 10}, {"tolerance": 1e-4, "patience": 10}),
        ADAPTIVE,
    ],
    ids=["constant", "adaptive"],
)
def test_tolerance_stops_at_the_same_epoch(theirs, ours):
    pair = Pair("one number", "nesterov", 3000, theirs, ours, rate=0.05)
    assert pair.run.stopped == "tolerance"
    assert pair.run.epochs == pair.estimator.n_iter_ < 3000
    pair.assert_same(1e-10)


def test_the_steps_would_differ_with_another_setting():
    """What is compared can differ: the same pair with another momentum does."""
    pair = Pair("two classes", "momentum", epochs=20, theirs={"momentum": 0.8})
    assert np.abs(pair.run.network.parameters - flat(pair.estimator)).max() > 1e-3
