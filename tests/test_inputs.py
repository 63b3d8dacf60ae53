"""Bad data and bad settings: each message says what was given, what is needed and what to do."""

import numpy as np
import pytest
from strategies import XOR_X, XOR_Y

import backproof as bp
from backproof.errors import InputError, ShapeError

NAN, INFINITY = float("nan"), float("inf")


def network(**settings):
    return bp.Network([2, 3, 1], seed=0, **settings)


def softmax(**settings):
    return bp.Network([2, 3, 3], output="softmax", seed=0, **settings)


def holding(value, row=2, column=1):
    X = XOR_X.copy()
    X[row, column] = value
    return X


# X for a network of two inputs, and what the message must say
BAD_X = {
    "NaN": (holding(NAN), ["`X` holds NaN in row 3, column 2", "finite", "leave the row out"]),
    "infinity": (holding(-INFINITY), ["`X` holds infinity in row 3, column 2", "finite"]),
    "missing": ([[0, 1], [None, 1]], ["`X` holds NaN in row 2, column 1"]),
    "three columns": (np.ones((4, 3)), ["(4, 3)", "2 inputs", "(n, 2)"]),
    "one column": (np.ones((4, 1)), ["(4, 1)", "2 inputs"]),
    "a vector": (np.ones(4), ["(4,)", "(n, 2)"]),
    "three dimensions": (np.ones((4, 2, 1)), ["(4, 2, 1)", "(n, 2)"]),
    "a number": (3.0, ["2 inputs"]),
    "nothing": (None, ["`X`", "2 inputs"]),
    "an empty list": ([], ["(0,)", "(n, 2)"]),
    "no rows": (np.empty((0, 2)), ["`X` has no rows", "at least one"]),
    "text": ([["a", "b"], ["c", "d"]], ["`X` must be a table of numbers", "'a'"]),
    "ragged rows": ([[1, 2], [3]], ["`X` must be a table of numbers"]),
    "a mapping": ({"a": 1}, ["`X` must be a table of numbers"]),
    "complex numbers": (np.ones((4, 2)) * 1j, ["`X` must be a table of numbers"]),
    "dates": (np.array([["2026-11-23"] * 2] * 4, "M8[D]"), ["`X` must be a table of numbers"]),
}


@pytest.mark.parametrize("use", ["predict", "train", "check_gradient"])
@pytest.mark.parametrize("case", BAD_X)
def test_inputs_that_cannot_be_used(case, use):
    X, words = BAD_X[case]
    uses = {
        "predict": lambda: network().predict(X),
        "train": lambda: bp.train(network(), X, XOR_Y),
        "check_gradient": lambda: bp.check_gradient(network(), X, XOR_Y),
    }
    with pytest.raises(InputError) as caught:
        uses[use]()
    for word in words:
        assert word in str(caught.value)


# network, y, and what the message must say
BAD_Y = {
    "NaN": (network, [0, 1, NAN, 0], ["`y` holds NaN in row 3, column 1", "finite"]),
    "infinity": (network, [0, INFINITY, 1, 0], ["`y` holds infinity in row 2, column 1"]),
    "too few rows": (network, [0, 1, 1], ["`y` has shape (3,)", "4 rows"]),
    "two columns": (network, np.ones((4, 2)), ["(4, 2)", "4 rows and 1 columns"]),
    "a row": (network, XOR_Y.T, ["(1, 4)", "4 rows"]),
    "nothing": (network, None, ["`y`", "4 rows"]),
    "text": (network, ["no", "yes", "yes", "no"], ["`y` must be a table of numbers", "'no'"]),
    "above 1": (
        network,
        [0, 1, 2, 0],
        ["`y` is 2 in row 3, column 1", "from 0 to 1", "rescale", "squared-error"],
    ),
    "below 0": (network, [0, 1, -1, 0], ["`y` is -1 in row 3", "from 0 to 1"]),
    "a class too many": (softmax, [0, 1, 2, 3], ["`y` holds 3", "0 to 2"]),
    "half a class": (softmax, [0, 1, 2, 0.5], ["`y` holds 0.5", "0 to 2"]),
    "a negative class": (softmax, [0, 1, 2, -1], ["`y` holds -1", "0 to 2"]),
    "two classes at once": (
        softmax,
        [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]],
        ["sums to 2 in row 2", "needs 1", "output sigmoid"],
    ),
}


@pytest.mark.parametrize("case", BAD_Y)
def test_targets_that_cannot_be_used(case):
    make, y, words = BAD_Y[case]
    with pytest.raises(InputError) as caught:
        bp.train(make(), XOR_X, y)
    for word in words:
        assert word in str(caught.value)


def test_targets_of_any_size_suit_squared_error():
    run = bp.train(bp.Network([2, 1], output="identity", seed=0), XOR_X, [-5, 0, 7, 1e3], epochs=1)
    assert np.isfinite(run.loss)


def test_too_large_for_float32_is_infinity_there():
    with pytest.raises(InputError, match="infinity in row 3, column 2"):
        network(dtype="float32").predict(holding(1e300))
    assert np.isfinite(network().predict(holding(1e300))).all()


@pytest.mark.parametrize(
    "X",
    [
        XOR_X.tolist(),
        XOR_X.astype(int),
        XOR_X.astype(bool),
        XOR_X.astype("float32"),
        XOR_X.astype(object),
        np.asfortranarray(XOR_X),
        np.repeat(XOR_X, 2, axis=0)[::2],
    ],
    ids=["lists", "integers", "booleans", "float32", "objects", "columns first", "strided"],
)
def test_every_kind_of_table_of_numbers_is_taken(X):
    np.testing.assert_array_equal(network().predict(X), network().predict(XOR_X))
    for y in (XOR_Y, XOR_Y[:, 0], XOR_Y[:, 0].tolist(), XOR_Y.astype(bool)):
        run = bp.train(network(), X, y, optimizer="sgd", epochs=2, seed=0)
        reference = bp.train(network(), XOR_X, XOR_Y, optimizer="sgd", epochs=2, seed=0)
        np.testing.assert_array_equal(run.network.parameters, reference.network.parameters)


def test_a_shape_error_is_an_input_error_is_a_value_error():
    assert issubclass(ShapeError, InputError)
    assert issubclass(InputError, bp.BackproofError)
    assert issubclass(InputError, ValueError)
    with pytest.raises(ShapeError):
        network().predict(np.ones((4, 3)))


# settings of train() on XOR, and what the message must say
BAD_SETTINGS = [
    ({"epochs": 0}, ["`epochs` is 0", "1 or more"]),
    ({"epochs": -5}, ["`epochs` is -5", "1 or more"]),
    ({"epochs": 10**400}, ["`epochs`", "9,007,199,254,740,992"]),
    ({"epochs": 2**63}, ["`epochs`", "9,007,199,254,740,992"]),
    ({"tolerance": 10**400}, ["`tolerance`", "0 or more"]),
    ({"tolerance": np.complex64(1)}, ["`tolerance`", "0 or more"]),
    ({"epochs": NAN}, ["`epochs` is nan", "1 or more"]),
    ({"epochs": 2.5}, ["`epochs` is 2.5", "whole number"]),
    ({"epochs": "ten"}, ["`epochs`", "ten", "number"]),
    ({"batch_size": 5}, ["`batch_size` is 5", "only 4 rows", "at most 4"]),
    ({"batch_size": 0}, ["`batch_size` is 0", "1 or more"]),
    ({"batch_size": 1.5}, ["`batch_size` is 1.5", "whole number"]),
    ({"batch_size": "all"}, ["`batch_size`", "all", "number"]),
    ({"batch_size": 2, "optimizer": "irprop"}, ["irprop needs all 4 rows", "sgd or adam"]),
    ({"batch_size": 2, "optimizer": "l-bfgs"}, ["l-bfgs needs all 4 rows", "sgd or adam"]),
    ({"patience": 0}, ["`patience` is 0", "1 or more"]),
    ({"restarts": -1}, ["`restarts` is -1", "0 or more"]),
    ({"weight_decay": -0.1}, ["`weight_decay` is -0.1", "0 or more"]),
    ({"weight_decay": INFINITY}, ["`weight_decay` is inf", "number"]),
    ({"tolerance": -1e-4}, ["`tolerance` is -0.0001", "0 or more"]),
    ({"power": NAN, "schedule": "inverse-scaling"}, ["`power` is nan"]),
    ({"seed": "abc"}, ["`seed`", "abc", "whole number"]),
    ({"validation": "some"}, ["`validation`", "0.1", "(X, y)"]),
    ({"validation": (XOR_X,)}, ["`validation`", "(X, y)"]),
    ({"validation": (XOR_X[:, :1], XOR_Y)}, ["(4, 1)", "2 inputs"]),
    ({"validation": (XOR_X, XOR_Y[:3])}, ["(3, 1)", "4 rows"]),
    ({"early_stopping": True}, ["0.1 of 4 rows", "none on one side"]),
    ({"optimizer": "adan"}, ["`adan` is not an optimiser; the nearest: adam"]),
    ({"optimizer": "newton"}, ["`newton` is not an optimiser; known: auto, sgd, adam"]),
    ({"schedule": "cosine"}, ["`cosine` is not a schedule", "constant"]),
    ({"engine": "refrence"}, ["`refrence` is not an engine", "reference"]),
    ({"dtype": "float16"}, ["`float16`", "float64, float32"]),
]


@pytest.mark.parametrize(
    ("settings", "words"), BAD_SETTINGS, ids=[str(row[0])[:50] for row in BAD_SETTINGS]
)
def test_settings_that_cannot_be_used(settings, words):
    with pytest.raises(InputError) as caught:
        bp.train(network(), XOR_X, XOR_Y, **{"optimizer": "sgd", **settings})
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("seed", [0, 2**40, 2**70, -1, 1.5, "abc"])
def test_a_seed_is_the_same_thing_to_a_network_and_to_a_training(seed):
    """Both take it, or both refuse it with a message."""
    taken = []
    for use in (
        lambda: bp.Network([2, 1], seed=seed),
        lambda: bp.train(network(), XOR_X, XOR_Y, optimizer="sgd", epochs=1, seed=seed),
    ):
        try:
            use()
            taken.append(True)
        except InputError as error:
            assert "`seed`" in str(error)  # noqa: PT017  # either outcome is right, if both agree
            taken.append(False)
    assert taken[0] == taken[1]
    assert taken[0] or not isinstance(seed, int) or seed < 0


def test_numpys_numbers_are_numbers():
    settings = {"epochs": np.int64(2), "batch_size": np.int32(2), "validation": np.float32(0.5)}
    run = bp.train(network(), XOR_X, XOR_Y, optimizer="sgd", seed=np.int64(0), **settings)
    assert (run.epochs, run.settings.batch_size) == (2, 2)


def test_levenberg_marquardt_refuses_a_hundred_thousand_weights():
    large = bp.Network([100, 980, 2], seed=0)
    with pytest.raises(InputError) as caught:
        bp.train(large, np.ones((3, 100)), np.ones((3, 2)), optimizer="levenberg-marquardt")
    for word in ["100,942 x 100,942", "GiB", "at most 5,000", "use adam or l-bfgs"]:
        assert word in str(caught.value)


@pytest.mark.parametrize("kinked", ["relu", "leaky-relu"])
def test_levenberg_marquardt_refuses_kinks(kinked):
    words = f"levenberg-marquardt needs smooth .*{kinked} has a kink; use tanh .*adam or l-bfgs"
    with pytest.raises(InputError, match=words):
        bp.train(network(hidden=kinked), XOR_X, XOR_Y, optimizer="levenberg-marquardt")


def test_auto_steps_aside_where_levenberg_marquardt_cannot_go():
    large = bp.Network([100, 980, 2], seed=0)
    X, y = np.eye(100)[:3], np.eye(2)[[0, 1, 0]]
    for settings in ({}, {"weight_decay": 0}):
        run = bp.train(large, X, y, epochs=1, **settings)
        assert run.method != "levenberg-marquardt"
