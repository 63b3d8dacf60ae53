"""MLPClassifier and MLPRegressor beside scikit-learn's own: equal settings, equal folds, score and time."""

from __future__ import annotations

import time
import timeit
import warnings
from functools import cache
from typing import Any

import numpy as np
import sklearn.neural_network as theirs
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tables import Section, arguments, publish, spread

import backproof as bp
from backproof import estimators as ours

FOLDS = 10
REPEATS = 3
CLASSES = ("iris", "wine", "breast_cancer", "digits")
NUMBERS = ("diabetes", "linnerud")
# The same to both; what is not named is at its default, which is the same on both sides.
EQUAL: dict[str, dict[str, Any]] = {
    "adam": {"solver": "adam"},
    "sgd": {"solver": "sgd", "learning_rate_init": 0.01},
    "lbfgs": {"solver": "lbfgs", "alpha": 1.0},
    "adam, early stopping": {"solver": "adam", "early_stopping": True},
}
# Each its own default solver: ours "auto", theirs "adam".
DEFAULTS: dict[str, dict[str, Any]] = {"all defaults": {}}
SETTINGS = EQUAL | DEFAULTS

CRITERION = (
    f"{FOLDS}-fold cross-validation (by class, shuffled), repeats: {{repeats}}, with the same folds for both: accuracy, for diabetes and "
    "linnerud (three numbers for each row) R². Inputs are standardised by each fold's training rows, targets that are numbers too. "
    "The standard error is that of scikit-learn's score over all folds; the last column but two says whether backproof's is at least "
    "scikit-learn's less that error. Seconds: medians of one fit, on one core."
)
NOTES = """\
- Equal settings are equal arguments: 100 relu units, 200 epochs at most, batches of 200 rows or all, and in the first column what differs
  from the defaults (lbfgs with alpha 1, sgd with a rate of 0.01: with alpha 0.0001 and 0.001 both libraries overfit or stop halfway).
  First weights, shuffles and held-out rows come from another generator; a tolerance does not end a training that is at a saddle or leaving one.
- All defaults: the default of `solver` is the one that differs, auto here and adam there.
- linnerud has 20 rows, two in each fold; a score below 0 is worse than the mean's. There is little to learn from it for either."""


@cache
def folds(name: str, repeats: int) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """X, y and the (training, test) rows of each fold."""
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    kind = RepeatedStratifiedKFold if name in CLASSES else RepeatedKFold
    return X, y, list(kind(n_splits=FOLDS, n_repeats=repeats, random_state=1).split(X, y))


def model(name: str, library: Any, number: int, settings: dict[str, Any]) -> Any:
    """The estimator behind a scaler, or between two."""
    if name in CLASSES:
        return make_pipeline(
            StandardScaler(), library.MLPClassifier(random_state=number, **settings)
        )
    network = library.MLPRegressor(random_state=number, **settings)
    return TransformedTargetRegressor(
        make_pipeline(StandardScaler(), network), transformer=StandardScaler()
    )


def fold(job: tuple[str, str, int, int]) -> tuple[float, float, float, float]:
    """Ours and theirs on one fold: two scores, two times of a fit."""
    name, settings, number, repeats = job
    X, y, splits = folds(name, repeats)
    training, test = splits[number]
    scores, seconds = [], []
    for library in (ours, theirs):
        one = model(name, library, number, SETTINGS[settings])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 200 epochs are the default, converged or not
            began = time.perf_counter()
            one.fit(X[training], y[training])
        seconds.append(time.perf_counter() - began)
        scores.append(float(one.score(X[test], y[test])))
    return (*scores, *seconds)


def row_of(name: str, settings: str, repeats: int) -> list[str]:
    """One row of the table."""
    jobs = [(name, settings, number, repeats) for number in range(FOLDS * repeats)]
    found = np.array(spread(fold, jobs, f"{name}, {settings}"))
    mine, other = found[:, 0], found[:, 1]
    error = other.std(ddof=1) / np.sqrt(len(other))
    times = np.median(found[:, 2:], axis=0)
    return [
        name.replace("_", "-"),
        settings,
        f"{mine.mean():.4f}",
        f"{other.mean():.4f}",
        f"{error:.4f}",
        "yes" if mine.mean() >= other.mean() - error else "no",
        *(f"{value:.3f}" for value in times),
    ]


def overhead() -> str:
    """How much one fit on iris takes beside `train` with the same network, and beside scikit-learn's."""
    X, y = datasets.load_iris(return_X_y=True)
    settings = {"solver": "adam", "max_iter": 1, "random_state": 0}
    mine, other = ours.MLPClassifier(**settings), theirs.MLPClassifier(**settings)
    network = bp.Network([4, 100, 3], hidden="relu", output="softmax", seed=0)

    def train() -> None:
        bp.train(network, X, y, optimizer=bp.Adam(), batch_size=150, epochs=1, seed=0)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tasks = (lambda: mine.fit(X, y), train, lambda: other.fit(X, y))
        fit, alone, scikit = (
            min(timeit.repeat(task, number=50, repeat=9)) / 50 * 1e3 for task in tasks
        )
    return (
        f"- One epoch of Adam on iris: `fit` takes {fit:.2f} ms, with a new network, `bp.train` {alone:.2f} ms, with one that is there "
        f"already: {fit - alone:.2f} ms more. scikit-learn's `fit` takes {scikit:.2f} ms."
    )


def main() -> None:
    given = arguments(__doc__, REPEATS)
    names = [(name, settings) for settings in SETTINGS for name in (*CLASSES, *NUMBERS)]
    section = Section(
        "estimators",
        "The estimators, beside scikit-learn's",
        CRITERION.format(repeats=given.seeds),
        [
            "data set", "settings", "backproof", "scikit-learn", "standard error",
            "within one error or better", "seconds", "scikit-learn's seconds",
        ],
        [row_of(name, settings, given.seeds) for name, settings in names if usable(name, settings)],
        f"{NOTES}\n{overhead()}",
        texts=2,
        packages=["scikit-learn", "scipy"],
    )  # fmt: skip
    publish(section, given.whole)


def usable(name: str, settings: str) -> bool:
    """Linnerud's 20 rows are too few to hold any out."""
    return not (name == "linnerud" and "early" in settings)


if __name__ == "__main__":
    main()
