"""scikit-learn's two multi-layer perceptrons, on backproof: the same parameters, attributes and methods, and more.

    MLPClassifier     classes, or several labels at once
    MLPRegressor      one number or several, counts

    classifier, regressor    what is particular to each: targets in, predictions out
    base                     what they share: the way of every training
    inside                   network_, coefs_, hidden activations, explain
    parameters               one table: what each constructor argument may be, and what it means
    solvers                  one table: from the constructor's arguments to an optimiser and its settings
    rows                     X, y and sample weights at the border; which rows are held out
    watching                 validation scores, printed lines
    starts                   several starts, side by side

Needs scikit-learn 1.6 or newer: pip install "backproof[sklearn]".
"""

from __future__ import annotations

from backproof.errors import MissingPackageError

OLDEST = (1, 6)

try:
    import sklearn
except ImportError:
    raise MissingPackageError(
        "backproof.estimators needs scikit-learn, which is not installed; "
        'install it with: pip install "backproof[sklearn]"'
    ) from None
if tuple(int(part) for part in sklearn.__version__.split(".")[:2]) < OLDEST:
    raise MissingPackageError(
        f"backproof.estimators needs scikit-learn 1.6 or newer, and {sklearn.__version__} is installed; "
        'bring it up to date with: pip install --upgrade "backproof[sklearn]"'
    )

from backproof.estimators.classifier import MLPClassifier  # noqa: E402  # after the check
from backproof.estimators.regressor import MLPRegressor  # noqa: E402

__all__ = ["MLPClassifier", "MLPRegressor"]
