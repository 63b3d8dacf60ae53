"""MLPClassifier and MLPRegressor: what solver="auto" finds, the network inside, callbacks, warnings, and arguments that cannot be."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from estimators_at_hand import (
    BOTH,
    IRIS,
    SMOOTH,
    XOR,
    clone_by_pickle,
    every_estimator,
    flat,
    iris_part,
)
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from strategies import XOR_X, two_classes

import backproof as bp
from backproof.activations import ACTIVATIONS
from backproof.backprop import forward
from backproof.errors import InputError
from backproof.estimators import MLPClassifier, MLPRegressor
from backproof.estimators.solvers import AUTO, SOLVERS
from backproof.optimizers import Adam
from backproof.run import ENDINGS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["relu", "logistic", "tanh"])
def test_xor_with_three_hidden_units_is_solved_from_every_random_state(activation, dtype):
    X = XOR_X.astype(dtype)
    for state in range(100):
        classifier = MLPClassifier((3,), activation, random_state=state).fit(X, XOR)
        right = classifier.predict_proba(X)[np.arange(4), XOR]
        assert right.min() > 0.9, f"random_state {state}"


def test_auto_says_what_it_took_and_why():
    X, y = two_classes(rows=1200)
    few = MLPClassifier(random_state=0, max_iter=3).fit(X[:300], y[:300, 0])
    many = MLPClassifier(random_state=0, max_iter=3).fit(X, y[:, 0])
    table = MLPClassifier((3,), "tanh", random_state=0).fit(XOR_X, XOR)
    exact = MLPClassifier((3,), "tanh", alpha=0, random_state=0).fit(X[:20], y[:20, 0])
    chosen = [one.solver_ for one in (few, many, table, exact)]
    assert chosen == ["l-bfgs", "adam", "levenberg-marquardt", "levenberg-marquardt"]
    assert "300 rows are few" in few.reason_
    assert "truth table" in table.reason_


def test_a_start_that_fails_is_followed_by_another():
    starts = [
        MLPClassifier((3,), random_state=state).fit(XOR_X, XOR).n_starts_ for state in range(30)
    ]
    assert min(starts) == 1
    assert max(starts) > 1


@pytest.mark.parametrize("n_jobs", [2, -1])
@pytest.mark.parametrize("solver", ["auto", "levenberg-marquardt", "lbfgs"])
def test_starts_side_by_side_end_as_starts_one_after_another(solver, n_jobs):
    settings = {"activation": "logistic", "solver": solver, "restarts": 4, "random_state": 3}
    X, y = iris_part(40)
    alone = MLPRegressor(hidden_layer_sizes=(3,), **settings).fit(X, y)
    aside = MLPRegressor(hidden_layer_sizes=(3,), n_jobs=n_jobs, **settings).fit(X, y)
    np.testing.assert_array_equal(flat(alone), flat(aside))
    assert alone.n_starts_ == aside.n_starts_ > 1
    assert alone.loss_curve_ == aside.loss_curve_


def test_restarts_keep_the_best():
    X, y = iris_part(40)
    settings = {"hidden_layer_sizes": (3,), "activation": "tanh", "solver": "lbfgs", "max_iter": 30}
    single, best = (
        [
            MLPRegressor(random_state=state, restarts=more, **settings).fit(X, y)
            for state in range(4)
        ]
        for more in (0, 6)
    )
    assert all(one.n_starts_ == 7 for one in best)
    losses = np.array([[one.loss_ for one in kind] for kind in (single, best)])
    assert (losses[1] <= losses[0]).all()
    assert (losses[1] < losses[0]).any()


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.hidden])
@every_estimator
def test_an_activation_for_each_layer(Estimator, name):
    X, y = iris_part()
    one = (
        Estimator((4, 3), activation=[name, "tanh"])
        if Estimator is MLPClassifier
        else Estimator(hidden_layer_sizes=(4, 3), activation=[name, "tanh"])
    )
    one.fit(X, y)
    assert [row.name for row in one.network_.activations[:2]] == [name, "tanh"]
    layers = one.hidden_activations(X)
    assert [layer.shape for layer in layers] == [(len(X), 4), (len(X), 3)]
    expected = forward(one.network_, X)
    np.testing.assert_array_equal(layers[0], expected[1])
    np.testing.assert_array_equal(layers[1], expected[2])
    np.testing.assert_allclose(
        ACTIVATIONS[name].value(X @ one.coefs_[0] + one.intercepts_[0]), layers[0], rtol=1e-12
    )


def test_probabilities_near_0_and_1_keep_their_digits():
    """1 - p, of a p that rounds to 1, would be 0; sigmoid(-z) is not."""
    X = np.array([[-60.0], [60.0]])
    one = MLPClassifier((), solver="sgd", max_iter=1, random_state=0).fit(X, [0, 1])
    one.coefs_[0][:], one.intercepts_[0][:] = 1, 0
    expected = np.array([[1, np.exp(-60)], [np.exp(-60), 1]])
    np.testing.assert_allclose(one.predict_proba(X), expected, rtol=1e-12)
    assert np.isfinite(one.predict_log_proba(X * 1000)).all()


@every_estimator
def test_no_hidden_layer_is_a_linear_model(Estimator):
    X, y = iris_part()
    one = Estimator(hidden_layer_sizes=()).fit(X, y)
    assert (len(one.coefs_), one.n_layers_) == (1, 2)
    assert one.score(X, y) > 0.8


@every_estimator
def test_the_network_and_the_coefficients_are_the_same_memory(Estimator):
    X, y = iris_part()
    one = Estimator(random_state=0).fit(X, y)
    assert all(np.shares_memory(part, one.network_.parameters) for part in one.coefs_)
    one.coefs_[-1][:] = 0  # numbers changed in place
    one.intercepts_[-1] = np.full_like(one.intercepts_[-1], 0.7)  # an array put in
    outputs = one.network_.predict(X)
    assert np.ptp(outputs) < 1e-12
    if Estimator is MLPRegressor:
        np.testing.assert_allclose(one.predict(X), 0.7)
    one.coefs_ = [np.zeros((4, 2)), np.zeros((2, one.n_outputs_))]  # another network
    one.intercepts_ = [np.zeros(2), np.zeros(one.n_outputs_)]
    assert one.network_.sizes == (4, 2, one.n_outputs_)


@every_estimator
def test_pickles_and_copies_go_their_own_ways(Estimator):
    X, y = iris_part()
    one = Estimator(random_state=0).fit(X, y)
    twin = clone_by_pickle(one)
    np.testing.assert_array_equal(one.predict(X), twin.predict(X))
    assert np.shares_memory(twin.coefs_[0], twin.network_.parameters)
    twin.coefs_[0][:] = 0
    assert np.abs(one.coefs_[0]).max() > 0
    fresh = clone(one)
    assert not hasattr(fresh, "coefs_")
    assert fresh.get_params() == one.get_params()


def test_the_network_saves_and_is_loaded(tmp_path):
    X, y = iris_part()
    one = MLPClassifier(random_state=0).fit(X, y)
    one.network_.save(tmp_path / "iris.safetensors")
    np.testing.assert_allclose(
        bp.load(tmp_path / "iris.safetensors").predict(X), one.predict_proba(X)
    )


def test_a_counting_network_saves_and_is_loaded(tmp_path):
    one = MLPRegressor("poisson", (3,), random_state=0).fit(XOR_X, XOR)
    one.network_.save(tmp_path / "counts.safetensors")
    np.testing.assert_allclose(
        bp.load(tmp_path / "counts.safetensors").predict(XOR_X)[:, 0], one.predict(XOR_X)
    )


@pytest.mark.parametrize(
    ("one", "y"),
    [
        (MLPClassifier((3,), "tanh"), np.array(["no", "yes", "yes", "no"])),
        (MLPClassifier((3,), "tanh"), np.array([0, 1, 2, 1])),
        (MLPRegressor(hidden_layer_sizes=(3,), activation="tanh"), XOR + 0.5),
        (MLPRegressor("poisson", (3,), "tanh"), XOR),
    ],
)
def test_explanations_of_an_example_and_of_a_batch(one, y):
    one.fit(XOR_X, y)
    example = one.explain(XOR_X[1], y[1], only="delta2")
    batch = one.explain(XOR_X, y)
    for derivation in (example, batch):
        assert derivation.steps
        assert all(proof.holds for step in derivation.steps for proof in step.proofs)
    expected = bp.explain(one.network_, XOR_X, one._encoded(y, anew=False, goes_on=True))
    assert str(batch) == str(expected)


@every_estimator
def test_before_fit_there_is_nothing_to_ask(Estimator):
    one = Estimator()
    assert not hasattr(one, "network_")
    for ask in (one.predict, one.hidden_activations, lambda X: one.explain(X[0], 0)):
        with pytest.raises(NotFittedError):
            ask(XOR_X)


@pytest.mark.parametrize("solver", [AUTO, *SOLVERS])
@every_estimator
def test_a_callback_sees_every_epoch_and_can_stop(Estimator, solver):
    X, y = IRIS
    seen = []

    def callback(progress):
        seen.append(progress)
        return progress.epoch == 3

    one = Estimator(
        solver=solver, early_stopping=True, callback=callback, random_state=0, **SMOOTH
    ).fit(X, y)
    assert [progress.epoch for progress in seen] == [1, 2, 3]
    assert one.stopped_ == "callback"
    assert [progress.loss for progress in seen] == one.loss_curve_
    assert [progress.validation_score for progress in seen] == one.validation_scores_


def test_a_callback_hears_of_starts_side_by_side():
    seen = []
    X, y = iris_part(30)
    MLPRegressor(
        solver="lbfgs",
        restarts=3,
        n_jobs=2,
        max_iter=4,
        callback=lambda p: seen.append(p.start),
        random_state=0,
        **SMOOTH,
    ).fit(X, y)
    assert set(seen) == {1, 2, 3, 4}


def test_progress_and_lines(capsys):
    X, y = iris_part()
    MLPClassifier(solver="adam", max_iter=3, verbose=True, progress=True).fit(X, y)
    out, err = capsys.readouterr()
    assert [line.split(",")[0] for line in out.splitlines()] == [
        "Iteration 1",
        "Iteration 2",
        "Iteration 3",
    ]
    assert "epoch 3/3" in err
    MLPClassifier(solver="adam", max_iter=3).fit(X, y)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("solver", [AUTO, *SOLVERS])
@every_estimator
def test_a_training_cut_short_is_told(Estimator, solver):
    X, y = iris_part()
    one = Estimator(solver=solver, max_iter=1, **SMOOTH)
    with pytest.warns(ConvergenceWarning, match="still learning when it reached max_iter=1"):
        one.fit(X, y)
    assert one.stopped_ == "epochs"
    assert one.stopped_ in ENDINGS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if hasattr(one, "partial_fit"):
            one.partial_fit(X, y)


@every_estimator
def test_ctrl_c_keeps_the_best_network_so_far(Estimator):
    X, y = iris_part()

    def interrupt(progress):
        if progress.epoch == 5:
            raise KeyboardInterrupt

    one = Estimator(solver="adam", callback=interrupt)
    with pytest.warns(UserWarning, match="stopped by hand"):
        one.fit(X, y)
    assert one.stopped_ == "interrupted"
    assert one.predict(X).shape == (len(X),)


@every_estimator
def test_divergence_is_an_error_that_says_what_to_do(Estimator):
    X, y = iris_part()
    one = Estimator(solver="sgd", learning_rate_init=1e200, activation="identity")
    with pytest.raises(
        ValueError,
        match=r"training diverged: .* lower the learning rate of 1e\+200, or standardise",
    ):
        one.fit(X, y)


def test_divergence_with_early_stopping_keeps_the_best_weights():
    X, y = IRIS
    one = MLPRegressor(
        solver="sgd",
        learning_rate_init=1,
        activation="identity",
        early_stopping=True,
        random_state=0,
    )
    with pytest.warns(
        ConvergenceWarning, match="diverged; the weights with the best validation score are kept"
    ):
        one.fit(X, y)
    assert np.isfinite(one.predict(X)).all()


# argument -> a value that it cannot have, and what is said
WRONG = {
    "hidden_layer_sizes": ((3, 0), "whole numbers > 0"),
    "activation": (3, "a name, or one for each hidden layer"),
    "solver": ("adm", "`adm` is not a solver; .*adam"),
    "alpha": (-1, "from 0 upwards"),
    "batch_size": (0, '"auto" or a whole number from 1'),
    "learning_rate": ("fast", 'one of "constant", "invscaling", "adaptive"'),
    "learning_rate_init": (0, "above 0"),
    "power_t": (-1, "from 0"),
    "max_iter": (0, "a whole number from 1"),
    "shuffle": (1, "True or False"),
    "random_state": (-1, "`random_state` is -1"),
    "tol": (-1, "from 0"),
    "verbose": ("much", "True, False or a number"),
    "warm_start": (1, "True or False"),
    "momentum": (1.0, "from 0 to below 1"),
    "nesterovs_momentum": (1, "True or False"),
    "early_stopping": (1, "True or False"),
    "validation_fraction": (1.0, "between 0 and 1"),
    "beta_1": (1.0, "from 0 to below 1"),
    "beta_2": (-0.1, "from 0 to below 1"),
    "epsilon": (0, "above 0"),
    "n_iter_no_change": (0, "inf or a whole number from 1"),
    "max_fun": (0, "a whole number from 1"),
    "loss": ("hinge", "`hinge` is not a loss"),
    "dropout": (1.0, "`dropout` is 1.0"),
    "start": ("cold", "`cold` is not a start"),
    "restarts": (-1, "None or a whole number from 0"),
    "n_jobs": (0.5, "None or a number"),
    "callback": (3, "None or a function"),
    "progress": (1, "True or False"),
    "engine": ("steam", "`steam` is not an engine"),
    "class_weight": ("heavy", "class_weight"),
    "output_activation": ("step", "`step` is not an activation"),
}


@pytest.mark.parametrize(
    ("Estimator", "name"),
    [(Estimator, name) for Estimator in BOTH for name in WRONG if name in Estimator().get_params()],
)
def test_arguments_are_checked_when_they_are_used(Estimator, name):
    value, words = WRONG[name]
    one = Estimator(**{name: value})  # nothing is said before `fit`
    with pytest.raises(ValueError, match=words):
        one.fit(XOR_X, XOR)


@every_estimator
def test_every_argument_has_a_wrong_value_above_and_a_line_in_the_documentation(Estimator):
    for name in Estimator().get_params():
        assert name in WRONG
        assert name in Estimator.__doc__
    assert "{" not in Estimator.__doc__.replace("{class: weight}", "")


def test_wrong_arguments_are_errors_of_both_houses():
    with pytest.raises(InputError, match="`alpha` of MLPClassifier is -1"):
        MLPClassifier(alpha=-1).fit(XOR_X, XOR)
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize("weights", [[1, 1, 1, -1], [np.nan, 1, 1, 1], [1, 1], [0, 0, 0, 0]])
@every_estimator
def test_weights_that_cannot_be_are_refused(Estimator, weights):
    with pytest.raises(ValueError, match="sample_weight"):
        Estimator().fit(XOR_X, XOR, sample_weight=weights)


def test_an_optimiser_of_ones_own():
    X, y = iris_part()
    one = MLPClassifier(solver=Adam(0.03), max_iter=20, random_state=0).fit(X, y)
    by_name = MLPClassifier(
        solver="adam", learning_rate_init=0.03, max_iter=20, random_state=0
    ).fit(X, y)
    np.testing.assert_array_equal(flat(one), flat(by_name))
    assert clone(one).solver == Adam(0.03)


def test_dropout_reaches_the_training():
    X, y = IRIS
    settings = {"solver": "adam", "max_iter": 10, "random_state": 0}
    with_it, without = (
        MLPClassifier((8, 4), dropout=share, **settings).fit(X, y) for share in ([0.5, 0.0], 0.0)
    )
    assert np.abs(flat(with_it) - flat(without)).max() > 1e-3
    assert MLPClassifier(dropout=0.2, max_iter=2).fit(X, y).solver_ == "adam"
    with pytest.raises(ValueError, match="with dropout each is another network's; use sgd or adam"):
        MLPClassifier(dropout=0.2, solver="lbfgs").fit(X, y)
