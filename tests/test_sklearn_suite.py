"""scikit-learn's own tests of its multi-layer perceptron, from the installed package, on the estimators here.

The tests are not copied: their module is executed with the two names that it imports exchanged. What does not pass is
in one table, each with its reason, and must go on failing.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import sklearn.neural_network

from backproof.estimators import MLPClassifier, MLPRegressor

SUITE = Path(sklearn.neural_network.__file__).parent / "tests" / "test_mlp.py"

# test, or test[parameters] -> why it cannot pass
PRIVATE = "reads a private attribute of scikit-learn's own class: "
TEXT = "the error is a ValueError as there, in words of its own: "
EXCUSED = {
    "test_gradient": PRIVATE + "_loss_grad_lbfgs (that the gradient is right: test_backprop.py)",
    "test_learning_rate_warmstart": PRIVATE
    + "_optimizer (that the schedule goes on: test_estimators_going_on.py)",
    "test_adaptive_learning_rate": PRIVATE
    + "_optimizer (that the rate falls to its floor: test_estimators_going_on.py)",
    "test_n_iter_no_change": PRIVATE
    + "_no_improvement_count (that patience is kept: test_estimators_going_on.py)",
    "test_n_iter_no_change_inf": PRIVATE
    + "_no_improvement_count (that every epoch runs: test_estimators_going_on.py)",
    "test_nonfinite_params": TEXT + "what diverged, when, and what to do",
    "test_warm_start": TEXT + "which classes there are and which there were",
    "test_mlp_partial_fit_after_fit": "expects partial_fit to refuse early stopping; here it works",
}


def suite_of(**substitutes: type) -> ModuleType:
    """scikit-learn's test module, with the names that it imports from sklearn.neural_network exchanged."""
    spec = importlib.util.spec_from_file_location("sklearns_own_mlp_tests", SUITE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for name, substitute in substitutes.items():
            patch.setattr(sklearn.neural_network, name, substitute)
        spec.loader.exec_module(module)
    return module


suite = suite_of(MLPClassifier=MLPClassifier, MLPRegressor=MLPRegressor)
globals().update({name: test for name, test in vars(suite).items() if name.startswith("test_")})

# Their tests say themselves which warnings they mean.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def global_random_seed():
    """One of scikit-learn's fixtures."""
    return 42


@pytest.fixture(autouse=True)
def excuse(request):
    """A test of the table is expected to fail; one that passes has no place there."""
    name, test = request.node.name, getattr(request.node, "originalname", "")
    reason = EXCUSED.get(name) or EXCUSED.get(test)
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


def test_the_substitution_took_place():
    assert suite.MLPClassifier is MLPClassifier
    assert suite.MLPRegressor is MLPRegressor
    assert sklearn.neural_network.MLPClassifier is not MLPClassifier
