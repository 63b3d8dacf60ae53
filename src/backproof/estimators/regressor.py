"""MLPRegressor: numbers in, numbers out; several at once, or counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if

from backproof.arrays import Array
from backproof.errors import UnknownNameError
from backproof.estimators.base import Perceptron, can_take_steps
from backproof.estimators.parameters import documented, keep
from backproof.estimators.rows import Rows
from backproof.estimators.watching import Score, r_squared
from backproof.monitor import Callback
from backproof.optimizers import Optimizer

# scikit-learn's name -> ours, and the output activation that fits
LOSSES = {
    "squared_error": ("squared-error", "identity"),
    "poisson": ("poisson", "exponential"),
    "binary_cross_entropy": ("binary-cross-entropy", "sigmoid"),
}


@documented
class MLPRegressor(RegressorMixin, Perceptron):
    """A multi-layer perceptron for numbers, one or several for each row; scikit-learn's, and more.

    Args:
        loss: "squared_error" (half of it); "poisson" (half the deviance) for counts and other numbers from 0 upwards;
            "binary_cross_entropy" for shares from 0 to 1.
        {parameters}
        output_activation: of the output layer; "auto": identity, exponential or sigmoid, as the loss has it.

    Attributes:
        {attributes}

    Every method raises ValueError for data that it can't use, and InputError, a ValueError as well, for parameters.
    """

    def __init__(
        self,
        loss: str = "squared_error",
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Sequence[str] = "relu",
        *,
        solver: str | Optimizer = "auto",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        output_activation: str = "auto",
        dropout: float | Sequence[float] = 0.0,
        start: str = "biased",
        restarts: int | None = None,
        n_jobs: int | None = None,
        callback: Callback | None = None,
        progress: bool = False,
        engine: str = "auto",
    ) -> None:
        keep(self, locals())

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on X (n, inputs), dense or sparse, with targets y (n,) or (n, outputs).

        Args:
            sample_weight: how much each row counts, (n,); None: all alike.

        Raises:
            ValueError: data or parameters that cannot be used; training that diverged.
        """
        return self._train(X, y, sample_weight, goes_on=False)

    @available_if(can_take_steps)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One epoch on these rows, from where the last call ended.

        With early stopping, the same share of each call's rows is held out; predictions come from the best weights so
        far, and once the score has stopped rising, further calls change nothing (`stopped_` is "validation").

        Args:
            sample_weight: how much each row counts, (n,).

        Raises:
            ValueError: as `fit`.
        """
        return self._train(X, y, sample_weight, goes_on=True)

    def predict(self, X: Any) -> Array:
        """The number for each row, (n,), or its numbers, (n, outputs)."""
        outputs = self._outputs(X)
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def _encoded(self, y: Array, anew: bool, goes_on: bool) -> Array:
        targets: Array = np.asarray(y, float)
        return targets[:, None] if targets.ndim == 1 else targets

    def _outputs_for(self) -> tuple[str, str, Score]:
        if self.loss not in LOSSES:
            raise UnknownNameError("a loss of MLPRegressor", self.loss, LOSSES)
        loss, fitting = LOSSES[self.loss]
        output = fitting if self.output_activation == "auto" else self.output_activation
        return output, loss, r_squared

    def _loss_offset(self, rows: Rows) -> float:
        """Half the Poisson deviance is a - y log(a) plus y log(y) - y."""
        if self.loss != "poisson":
            return 0.0
        Y = rows.Y
        constants = np.sum(Y * np.log(np.where(Y > 0, Y, 1)) - Y, axis=1)
        return float(np.average(constants, weights=rows.weights))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
