"""Dropout: right gradients of the thinned network, masks from the defined generator, predictions without masks."""

import numpy as np
import pytest
from hypothesis import assume, given
from strategies import SEEDS, XOR_X, XOR_Y, cases, clear_of_kinks, two_classes

import backproof as bp
from backproof.backprop import backward, forward, mean_loss
from backproof.descent import DROPS, masks
from backproof.errors import InputError
from backproof.gradient_check import numerical_gradient
from backproof.randomness import Random

pytestmark = pytest.mark.usefixtures("each_engine")


@given(case=cases(dtypes=("float64",)), seed=SEEDS)
def test_the_gradient_is_the_numerical_derivative_of_the_thinned_networks_loss(case, seed):
    network, hidden = case.network, len(case.network.sizes) - 2
    shares = tuple(np.random.default_rng(seed).choice([0.0, 0.3, 0.6], hidden).tolist())
    drawn = masks(network, shares, len(case.X), Random(seed))
    assume(clear_of_kinks(network, case.X))
    got = backward(network, forward(network, case.X, drawn), case.Y, None, drawn)
    start = network.parameters.copy()

    def objective(parameters):
        network.parameters[:] = parameters
        return mean_loss(network, forward(network, case.X, drawn)[-1], case.Y)

    numerical = numerical_gradient(objective, start)
    network.parameters[:] = start
    thinned = forward(network, case.X, drawn)
    near_kink = any(
        not layer.activation.smooth
        and np.abs((a if m is None else a * m) @ layer.weights + layer.biases).min() < 1e-3
        for layer, a, m in zip(
            network.layers, thinned, [None, *(drawn or [None] * hidden)], strict=False
        )
    )
    assume(not near_kink)
    # near 0 the logarithm bends too much for a numerical difference
    assume(network.loss.name != "poisson" or thinned[-1].min() > 0.05)
    np.testing.assert_allclose(got, numerical, atol=1e-6 * max(1.0, np.abs(numerical).max()))


def test_masks_are_what_the_generator_says():
    """Written out: for each row and unit one uniform number, layer by layer, layers without dropout passed over."""
    network = bp.Network([2, 3, 4, 5, 1], seed=0)
    first, none, last = masks(network, (0.5, 0.0, 0.2), 6, Random(7, DROPS + 1))
    numbers = Random(7, DROPS + 1).uniform(0, 1, (6 * (3 + 5),))
    assert none is None
    np.testing.assert_array_equal(first, np.where(numbers[:18] < 0.5, 0, 2).reshape(6, 3))
    np.testing.assert_array_equal(last, np.where(numbers[18:] < 0.2, 0, 1 / 0.8).reshape(6, 5))


def test_the_mean_of_a_mask_is_one():
    network = bp.Network([2, 100, 1], seed=0, dtype="float32")
    (mask,) = masks(network, (0.3,), 1000, Random(0))
    assert mask.dtype == np.float32
    assert mask.mean() == pytest.approx(1, abs=0.01)
    assert (mask == 0).mean() == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("optimizer", ["auto", "sgd", "adam"])
def test_training_with_dropout_repeats_with_the_seed_and_differs_from_training_without(optimizer):
    X, y = two_classes(rows=100)
    network = bp.Network([2, 20, 1], hidden="relu", seed=0)
    settings = {"optimizer": optimizer, "epochs": 5, "batch_size": 10}
    one, same, other, without = (
        bp.train(network, X, y, dropout=share, seed=seed, **settings).network.parameters
        for share, seed in [(0.5, 1), (0.5, 1), ([0.5], 2), (0.0, 1)]
    )
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-3
    assert np.abs(one - without).max() > 1e-3


def test_after_dropout_no_unit_is_indispensable():
    """Taking one hidden unit away costs less where training had to do without it now and then."""
    X, y = two_classes(rows=200)
    network = bp.Network([2, 20, 1], hidden="relu", seed=0)
    costs = []
    for share in (0.0, 0.5):
        settings = {"optimizer": bp.Adam(0.01), "epochs": 300, "seed": 0}
        trained = bp.train(network, X, y, dropout=share, **settings).network
        whole = mean_loss(trained, trained.predict(X), y)
        without = []
        for unit in range(20):
            maimed = trained.copy()
            maimed.weights[1][unit] = 0
            without.append(mean_loss(maimed, maimed.predict(X), y) - whole)
        costs.append(np.mean(without))
    assert 0 < costs[1] < 0.5 * costs[0]


def test_auto_takes_batches_where_units_are_to_be_left_out():
    run = bp.train(bp.Network([2, 8, 1], seed=0), XOR_X, XOR_Y, dropout=0.1, epochs=2, seed=0)
    assert run.method == "adam"
    assert "dropout" in run.settings.reason


@pytest.mark.parametrize("optimizer", ["l-bfgs", "levenberg-marquardt", "irprop"])
def test_methods_that_compare_losses_refuse_dropout(optimizer):
    with pytest.raises(InputError, match=f"{optimizer} compares the losses .* use sgd or adam"):
        bp.train(bp.Network([2, 3, 1], seed=0), XOR_X, XOR_Y, optimizer=optimizer, dropout=0.1)


@pytest.mark.parametrize(
    ("dropout", "words"),
    [
        (1.0, "`dropout` is 1.0; it must be the share"),
        (-0.1, "from 0 to below 1"),
        ("half", "4 shares"),
        ([0.1, 0.2], "names 2 shares, the network has 1 hidden layers"),
    ],
)
def test_shares_that_cannot_be_are_refused(dropout, words):
    with pytest.raises(InputError, match=words):
        bp.train(bp.Network([2, 3, 1], seed=0), XOR_X, XOR_Y, dropout=dropout)
