"""The catalogue of mistakes: one file for each, loaded when it is asked for.

    GROUPS           the codes, under the headings that lists of them show
    MISTAKES         code: the module in this package that holds its story as `MISTAKE`
    mistake(code)    the story

`python -m backproof.checking.mistakes` writes the pages of `docs/mistakes`.
"""

from __future__ import annotations

from importlib import import_module

from backproof.checking.mistakes.mistake import Mistake
from backproof.errors import UnknownNameError

GROUPS = {
    "Deltas and slopes": (
        "missing-activation-slope",
        "slope-of-activated-value",
        "wrong-slope",
        "raw-error-passed-back",
        "softmax-jacobian",
        "loss-mismatch",
        "missing-factor",
        "extra-factor",
        "wrong-gradient",
    ),
    "Products, shapes and indices": (
        "elementwise-for-matrix-product",
        "matrix-product-for-elementwise",
        "outer-product-delta",
        "missing-transpose",
        "needless-transpose",
        "broadcast-shape",
        "bias-reduction",
        "softmax-axis",
        "wrong-index",
        "wrong-layer-input",
    ),
    "Updates": (
        "update-without-input",
        "update-before-use",
        "wrong-sign",
        "momentum-sign",
        "decay-sign",
        "weights-not-updated",
        "another-weight-updated",
        "bias-not-updated",
    ),
    "Loops and sums": (
        "accumulator-not-reset",
        "accumulator-overwritten",
        "statement-outside-loop",
        "statement-inside-loop",
        "last-example-only",
    ),
    "Values that are not what they seem": (
        "stale-activation",
        "forward-mismatch",
        "rebound-in-function",
        "aliased-array",
        "integer-array",
    ),
    "Right gradients that do not learn": (
        "learning-rate-too-small",
        "learning-rate-too-large",
        "start-too-small",
        "start-too-large",
        "symmetric-start",
        "zero-start",
        "too-few-epochs",
        "missing-bias",
        "too-few-units",
        "target-outside-range",
        "saturated-units",
        "dead-units",
        "unscaled-inputs",
        "inputs-targets-out-of-step",
        "does-not-learn",
    ),
    "Programs that cannot be checked": (
        "no-backprop",
        "crash-shape-mismatch",
        "crash-integer-array",
        "crash-overflow",
        "crash-python-2",
        "crash-missing-module",
        "crash-syntax",
        "crash-name",
        "crash-memory",
        "crash-other",
    ),
}

# code: the module's name
MISTAKES = {code: code.replace("-", "_") for codes in GROUPS.values() for code in codes}


def mistake(code: str) -> Mistake:
    """The mistake called `code`; capitals and underscores are forgiven.

    Raises:
        UnknownNameError: if there is none; the message shows the nearest.
    """
    key = code.strip().lower().replace("_", "-")
    if key not in MISTAKES:
        raise UnknownNameError("a kind of mistake", code, MISTAKES)
    found: Mistake = import_module(f"{__name__}.{MISTAKES[key]}").MISTAKE
    return found
