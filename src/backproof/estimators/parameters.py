"""The constructor's arguments: what each may be, in one table, and what each means, in one text for both estimators.

RULES                 argument -> what must hold of it, and how that is said
check_parameters      every rule, at the beginning of `fit`, as scikit-learn's convention has it
documented            puts the shared text into a class's docstring
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple, TypeVar

import numpy as np

from backproof.errors import InputError
from backproof.optimizers import Optimizer

Class = TypeVar("Class", bound=type)

LEARNING_RATES = {  # scikit-learn's name -> the schedule's
    "constant": "constant",
    "invscaling": "inverse-scaling",
    "adaptive": "adaptive",
}


class Rule(NamedTuple):
    """One row."""

    holds: Callable[[Any], bool]
    needed: str


def is_flag(value: Any) -> bool:
    """Whether it is True or False; Python counts these among the numbers, but 1 epoch is not True epochs."""
    return isinstance(value, (bool, np.bool_))


def _flag() -> Rule:
    return Rule(is_flag, "True or False")


def _real(holds: Callable[[Any], bool], needed: str) -> Rule:
    return Rule(
        lambda value: isinstance(value, Real) and not is_flag(value) and holds(value),
        f"a number {needed}",
    )


def _whole(least: int) -> Rule:
    return Rule(lambda value: _is_whole(value, least), f"a whole number from {least} upwards")


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, Integral) and not is_flag(value) and int(value) >= least


def _or(word: Any, rule: Rule) -> Rule:
    shown = f'"{word}"' if isinstance(word, str) else word
    return Rule(
        lambda value: (type(value) is type(word) and value == word) or rule.holds(value),
        f"{shown} or {rule.needed}",
    )


def _one_of(names: Sequence[str]) -> Rule:
    listed = ", ".join(f'"{name}"' for name in names)
    return Rule(lambda value: isinstance(value, str) and value in names, f"one of {listed}")


def _named(kind: type = str) -> Rule:
    """A name that another table looks up, and reports with the nearest that it has."""
    return Rule(lambda value: isinstance(value, (str, kind)), "a name")


def _sizes(value: Any) -> bool:
    sizes = np.ravel(np.asarray(value, dtype=object))
    return all(_is_whole(size, 1) for size in sizes)


POSITIVE = _real(lambda value: 0 < value < np.inf, "above 0")
FROM_ZERO = _real(lambda value: 0 <= value < np.inf, "from 0 upwards")
SHARE = _real(lambda value: 0 <= value < 1, "from 0 to below 1")

RULES: dict[str, Rule] = {
    "hidden_layer_sizes": Rule(_sizes, "the units of each hidden layer, whole numbers > 0"),
    "activation": Rule(
        lambda value: isinstance(value, (str, list, tuple)), "a name, or one for each hidden layer"
    ),
    "solver": _named(Optimizer),
    "alpha": FROM_ZERO,
    "batch_size": _or("auto", _whole(1)),
    "learning_rate": _one_of(list(LEARNING_RATES)),
    "learning_rate_init": POSITIVE,
    "power_t": FROM_ZERO,
    "max_iter": _whole(1),
    "shuffle": _flag(),
    "tol": FROM_ZERO,
    "verbose": Rule(
        lambda value: is_flag(value) or isinstance(value, Integral), "True, False or a number"
    ),
    "warm_start": _flag(),
    "momentum": SHARE,
    "nesterovs_momentum": _flag(),
    "early_stopping": _flag(),
    "validation_fraction": _real(lambda value: 0 < value < 1, "between 0 and 1"),
    "beta_1": SHARE,
    "beta_2": SHARE,
    "epsilon": POSITIVE,
    "n_iter_no_change": _or(np.inf, _whole(1)),
    "max_fun": _whole(1),
    "output_activation": _named(),
    "start": _named(),
    "restarts": _or(None, _whole(0)),
    "n_jobs": Rule(lambda value: value is None or isinstance(value, Integral), "None or a number"),
    "callback": Rule(lambda value: value is None or callable(value), "None or a function"),
    "progress": _flag(),
    "engine": _named(),
}


def check_parameters(estimator: Any) -> None:
    """Raise InputError at the first argument that breaks its rule."""
    given = vars(estimator)
    for name, rule in RULES.items():
        value = given.get(name)
        if name in given and not rule.holds(value):
            raise InputError(
                f"`{name}` of {type(estimator).__name__} is {value!r}; it must be {rule.needed}"
            )


def keep(estimator: Any, given: dict[str, Any]) -> None:
    """Store the constructor's arguments as they came, under their names."""
    for name, value in given.items():
        if name not in ("self", "__class__"):
            setattr(estimator, name, value)


def documented(cls: Class) -> Class:
    """Put the shared texts into a class's docstring, at {parameters} and {attributes}."""
    text = cls.__doc__ or ""
    cls.__doc__ = text.replace("{parameters}", PARAMETERS).replace("{attributes}", ATTRIBUTES)
    return cls


PARAMETERS = """hidden_layer_sizes: units of each hidden layer: one number, or one for each; () for none.
        activation: of the hidden layers, one name for all or a list with one for each: "identity", "logistic" (sigmoid),
            "tanh", "relu", "leaky-relu", "softplus".
        solver: "auto" takes what fits the problem (see `reason_`): L-BFGS up to 1,000 rows, Adam in mini-batches beyond,
            and for truth tables a second-order method with restarts until every row is met. Or "sgd", "adam", "lbfgs",
            "irprop", "levenberg-marquardt", or an optimiser with settings of its own from `backproof.optimizers`.
        alpha: strength of the L2 penalty: alpha / 2 * (sum of squared weights) / (rows of a batch) is added to the loss.
            "auto" adds a decay of its own to it; alpha=0 tells it that the rows are to be met exactly.
        batch_size: rows to an update of "sgd" and "adam"; "auto": 200, or all if there are fewer. With a number here,
            solver "auto" takes Adam.
        learning_rate: schedule of "sgd": "constant", "invscaling" (learning_rate_init / t_ ** power_t), "adaptive" (a
            fifth, each time n_iter_no_change epochs in a row brought no gain of tol).
        learning_rate_init: of "sgd" and "adam".
        power_t: exponent of "invscaling".
        max_iter: epochs at most of each start; iterations of the methods that see all rows at once.
        shuffle: new order of the rows in each epoch.
        random_state: of first weights, shuffles, held-out rows and restarts; an int, a RandomState, or None.
        tol: a gain of the loss, or of the validation score, that is no more than this counts as none; for "lbfgs" the
            largest entry of the gradient at which it has converged.
        verbose: print a line for each epoch.
        warm_start: `fit` goes on from the present weights.
        momentum, nesterovs_momentum: of "sgd".
        early_stopping: hold rows out, stop when the score on them has not risen by more than tol for n_iter_no_change
            epochs in a row, and keep the best weights. With every solver, and with `partial_fit`.
        validation_fraction: the share of the rows that is held out for that.
        beta_1, beta_2, epsilon: of "adam".
        n_iter_no_change: see tol and early_stopping; inf: never stop for that.
        max_fun: evaluations of the loss by "lbfgs" at most.
        dropout: the share of the hidden units, or a list with one for each layer, that each batch leaves out at random;
            with solver "auto", "sgd" and "adam".
        start: how the first weights are drawn: "biased" (within Glorot's bound, the biases as well), "glorot", "he",
            "lecun", "answer", or "auto": what suits each activation.
        restarts: at most so many more starts from new first weights while some output is further than 0.1 from its
            target; the best is kept. None: what "auto" chooses, else 0.
        n_jobs: so many starts at once, by joblib (-1: on all cores); the result is that of one after another.
        callback: called after each epoch with a `backproof.monitor.Progress`; training stops where it returns True.
        progress: show a progress bar on standard error, or in the notebook.
        engine: which implementation computes; "auto" or "reference"."""

ATTRIBUTES = """coefs_: weights of each layer, (n_in, n_out). New arrays may be put in, or their numbers changed; they count.
        intercepts_: biases of each layer, (n_out,).
        network_: the trained `backproof.Network`, which saves, plots and explains; the same memory as `coefs_`.
        loss_: the loss in the last epoch, mean over its batches plus the penalty.
        best_loss_: the lowest one of all epochs; None with early stopping.
        loss_curve_: the loss in each epoch, with warm starts and partial fits one after another.
        validation_scores_: the score on the held-out rows after each epoch; None without early stopping.
        best_validation_score_: the best of them.
        n_iter_: epochs in the last call.
        t_: examples seen by the solver.
        n_starts_: starts that were made.
        stopped_: why the training ended: a key of `backproof.run.ENDINGS`.
        solver_, reason_: the optimiser, and why it was taken.
        n_layers_, n_outputs_: layers, the inputs among them, and outputs.
        out_activation_: name of the output's activation.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn."""
