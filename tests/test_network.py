"""The network: its shape, its parameters as one vector and as views, its first weights, and what it refuses to be."""

import copy
import pickle

import numpy as np
import pytest
from strategies import HIDDEN, PAIRS, XOR_X, make_case

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.losses import LOSSES
from backproof.starts import STARTS


def test_parameters_are_layer_by_layer_weights_row_by_row_then_biases():
    network = bp.Network([2, 3, 1])
    network.parameters[:] = np.arange(13)
    np.testing.assert_array_equal(network.weights[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(network.biases[0], [6, 7, 8])
    np.testing.assert_array_equal(network.weights[1], [[9], [10], [11]])
    np.testing.assert_array_equal(network.biases[1], [12])


def test_layers_are_views():
    network = bp.Network([2, 3, 1])
    network.layers[0].weights[1, 2] = 42
    network.layers[1].biases[0] = 43
    assert (network.parameters[5], network.parameters[12]) == (42, 43)


def test_split_orders_any_vector_like_the_parameters():
    network = bp.Network([3, 4, 2], seed=0)
    for (weights, biases), layer in zip(
        network.split(network.parameters), network.layers, strict=True
    ):
        np.testing.assert_array_equal(weights, layer.weights)
        np.testing.assert_array_equal(biases, layer.biases)


@pytest.mark.parametrize(
    "twin_of",
    [bp.Network.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_is_independent_and_whole(twin_of):
    network = make_case(0, [2, 3, 1], 4, hidden="tanh").network
    network.preprocessing = "any"
    before, outputs = network.parameters.copy(), network.copy()
    twin = twin_of(network)
    twin.preprocessing = network.preprocessing = None
    np.testing.assert_array_equal(twin.predict(XOR_X), network.predict(XOR_X))
    twin.parameters[:] = 0  # its layers must be views of its own parameters
    np.testing.assert_array_equal(twin.predict(XOR_X), np.full((4, 1), 0.5))
    np.testing.assert_array_equal(network.parameters, before)
    assert outputs.preprocessing is not None
    assert (twin.sizes, twin.loss, twin.activations) == (
        network.sizes,
        network.loss,
        network.activations,
    )


def test_a_copy_in_another_precision():
    network = bp.Network([2, 3, 1], seed=0)
    twin = network.copy("float32")
    assert twin.dtype == twin.predict(XOR_X).dtype == np.float32
    assert network.dtype == network.predict(XOR_X).dtype == np.float64
    np.testing.assert_allclose(twin.predict(XOR_X), network.predict(XOR_X), rtol=1e-6)


def test_predict_by_hand():
    network = bp.Network([2, 2, 1], hidden="relu", output="identity")
    network.parameters[:] = [1, -1, 2, 0, 0.5, 0.25, 3, 4, -1]  # W1 by rows, b1, W2, b2
    # hidden: max(0, x1 + 2 x2 + 0.5), max(0, -x1 + 0.25)
    np.testing.assert_allclose(network.predict([[1, 1], [-1, 0]]), [[9.5], [4.0]])
    np.testing.assert_allclose(network.predict([1, 1]), [[9.5]])


def test_the_seed_decides_the_first_weights():
    first, again, other = (bp.Network([2, 3, 1], seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.parameters, again.parameters)
    assert not np.isin(first.parameters[first.parameters != 0], other.parameters).any()
    drawn = bp.Network([2, 3, 1]), bp.Network([2, 3, 1])
    assert np.abs(drawn[0].parameters - drawn[1].parameters).max() > 0


def test_both_precisions_start_from_the_same_numbers():
    single, double = (bp.Network([2, 3, 1], seed=1, dtype=dtype) for dtype in ("float32", float))
    np.testing.assert_array_equal(single.parameters, double.parameters.astype("float32"))


# bound of the uniform distribution for n_in = 300, n_out = 100, and whether biases are drawn too
BOUNDS = {
    "glorot": (np.sqrt(6 / 400), False),
    "he": (np.sqrt(6 / 300), False),
    "lecun": (np.sqrt(3 / 300), False),
    "answer": (np.sqrt(6 / 400) / 4, True),
    "biased": (np.sqrt(6 / 400), True),
}


@pytest.mark.parametrize("start", STARTS)
def test_first_weights_fill_their_bounds(start):
    network = bp.Network([300, 100], output="tanh", start=start, seed=0)
    bound, random_biases = BOUNDS[start]
    weights, biases = network.weights[0], network.biases[0]
    assert 0.999 * bound < np.abs(weights).max() <= bound
    assert abs(weights.mean()) < 0.02 * bound
    assert weights.var() == pytest.approx(bound**2 / 3, rel=0.02)
    if random_biases:
        assert 0.9 * bound < np.abs(biases).max() <= bound
    else:
        assert not biases.any()


@pytest.mark.parametrize("name", HIDDEN)
def test_auto_starts_each_layer_as_its_activation_prefers(name):
    auto = bp.Network([3, 4, 2], hidden=name, output=name, seed=0)
    named = bp.Network([3, 4, 2], hidden=name, output=name, seed=0, start=ACTIVATIONS[name].start)
    np.testing.assert_array_equal(auto.parameters, named.parameters)


@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_losses_take_the_outputs_that_they_have_a_meaning_for(loss, output):
    if (loss, output) in PAIRS:
        assert bp.Network([2, 2], output=output, loss=loss).loss is LOSSES[loss]
    else:
        with pytest.raises(bp.BackproofError, match=rf"{loss} needs outputs .*use output s"):
            bp.Network([2, 2], output=output, loss=loss)


def test_hidden_takes_one_name_for_all_or_one_for_each():
    same = bp.Network([2, 3, 3, 1], hidden="tanh")
    each = bp.Network([2, 3, 3, 1], hidden=["tanh", "relu"], output="identity")
    assert [row.name for row in same.activations] == ["tanh", "tanh", "sigmoid"]
    assert [row.name for row in each.activations] == ["tanh", "relu", "identity"]
    assert [layer.activation for layer in each.layers] == list(each.activations)


def test_repr_says_what_it_is():
    text = repr(bp.Network([2, 3, 1], hidden="tanh", dtype="float32"))
    assert text == "<Network 2-3-1: tanh, sigmoid; binary-cross-entropy; float32>"


@pytest.mark.parametrize("sizes", [[2], [], [2, 0], [0, 1], [2, -3, 1], [2, 3.0, 1], ["2", 1]])
def test_sizes_that_make_no_network(sizes):
    with pytest.raises(bp.BackproofError, match=r"`sizes` is .*two or more whole numbers above 0"):
        bp.Network(sizes)


# sizes, settings, and the words that the message must hold
REFUSED = [
    ([2, 10**6, 10**6], {}, ["1,000,004,000,000 parameters", "smaller layers"]),
    (
        [2, 3, 1],
        {"hidden": ["tanh"] * 2},
        ["names 2 activations", "1 hidden layers", "one for each"],
    ),
    ([2, 3, 1], {"hidden": "tahn"}, ["`tahn`", "tanh"]),
    ([2, 3, 1], {"output": "sigmoyd"}, ["`sigmoyd`", "sigmoid"]),
    ([2, 3, 1], {"hidden": "softmax"}, ["softmax can only be the output's", "use tanh"]),
    ([2, 3, 1], {"output": "softmax"}, ["softmax over one output", "output sigmoid", "each class"]),
    ([2, 3, 1], {"loss": "squared-eror"}, ["`squared-eror`", "squared-error"]),
    ([2, 3, 1], {"loss": "hinge"}, ["`hinge`", "cross-entropy, squared-error"]),
    ([2, 3, 1], {"output": "tanh", "loss": "cross-entropy"}, ["-1 to 1", "0 and 1", "sigmoid"]),
    ([2, 3, 1], {"loss": "categorical-cross-entropy"}, ["sum to 1", "softmax"]),
    ([2, 3, 1], {"start": "glorrot"}, ["`glorrot`", "glorot"]),
    ([2, 3, 1], {"dtype": "float16"}, ["`float16`", "float64, float32"]),
    ([2, 3, 1], {"dtype": "flaot32"}, ["`flaot32`", "float32"]),
    ([2, 3, 1], {"dtype": int}, ["`int64`", "float64"]),
]


@pytest.mark.parametrize(("sizes", "settings", "words"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_makes_no_network_is_refused_with_what_would(sizes, settings, words):
    with pytest.raises(bp.BackproofError) as caught:
        bp.Network(sizes, **settings)
    for word in words:
        assert word in str(caught.value)
