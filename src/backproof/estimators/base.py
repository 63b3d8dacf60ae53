"""The way of every training of an estimator: check, validate, encode, settle, run the starts, note what came out."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state

from backproof.arrays import Array
from backproof.errors import InputError
from backproof.estimators.inside import WithNetwork
from backproof.estimators.parameters import check_parameters
from backproof.estimators.rows import (
    Rows,
    checked_rows,
    checked_weights,
    split,
)
from backproof.estimators.solvers import settings, takes_steps
from backproof.estimators.starts import Task, attempts, prepared
from backproof.estimators.watching import printing
from backproof.inputs import check_targets
from backproof.monitor import Callback, Memory
from backproof.network import Network
from backproof.settings import Settings
from backproof.training import Attempt, best_of

MAX_SEED = 2**31 - 1

# endings that a warning tells of
TOLD: dict[str, tuple[type[Warning], str]] = {
    "epochs": (
        ConvergenceWarning,
        "{method} was still learning when it reached max_iter={max_iter}; raise max_iter, or tol",
    ),
    "diverged": (
        ConvergenceWarning,
        "training diverged; the weights with the best validation score are kept. "
        "Lower the learning rate, or standardise the inputs",
    ),
    "interrupted": (
        UserWarning,
        "training was stopped by hand; the best weights so far are kept",
    ),
}


def can_take_steps(estimator: Any) -> bool:
    """Whether `partial_fit` is there."""
    if not takes_steps(estimator.solver):
        raise AttributeError(
            f"partial_fit needs a solver that goes on from epoch to epoch, and {estimator.solver} does not; "
            "use solver sgd, adam or irprop"
        )
    return True


class Perceptron(WithNetwork):
    """A multi-layer perceptron as scikit-learn knows it; not for use by itself."""

    _in_classes = False

    def _loss_offset(self, rows: Rows) -> float:
        """What the reported loss has and the minimised one has not: a number that no weight changes."""
        return 0.0

    def _class_weights(self, y: Array, goes_on: bool) -> Array | None:
        """How much each row counts for its class's sake."""
        return None

    def _train(self, X: Any, y: Any, sample_weight: Any, goes_on: bool) -> Self:
        check_parameters(self)
        anew = not hasattr(self, "coefs_") or not (goes_on or self.warm_start)
        X, y = checked_rows(self, X, y, numeric=not self._in_classes, anew=anew)
        weights = checked_weights(sample_weight, X.shape[0])
        Y = self._encoded(y, anew, goes_on)
        by_class = self._class_weights(y, goes_on)
        if by_class is not None:
            weights = by_class if weights is None else weights * by_class
        if anew or not goes_on or not hasattr(self, "_seed"):
            self._seed = _seed(self.random_state)
        if anew:
            self._begin(X.shape[1], Y.shape[1], X.dtype)
        network = self._going_on(X.shape[1], Y.shape[1])
        if not self._in_classes:  # whose targets are made here
            check_targets(network, Y)
        X, Y = X.astype(network.dtype, copy=False), Y.astype(network.dtype, copy=False)
        rows, held_out = split(self, Rows(X, Y, weights), self._seed)
        chosen = settings(self, network, rows, self._seed, goes_on)
        if goes_on and getattr(self, "_ended", False):
            return self  # early stopping has ended the training; `fit` begins another
        self._run(network, rows, held_out, chosen, goes_on)
        return self

    def _begin(self, inputs: int, outputs: int, dtype: np.dtype[Any]) -> None:
        """A new network, and nothing learnt."""
        self._adopt(self._new_network((inputs, *self._hidden_sizes(), outputs), dtype))
        self._memory: Memory | None = None
        self._ended = False
        self.t_ = 0
        self.loss_curve_: list[float] = []
        self.best_loss_: float | None = None if self.early_stopping else np.inf
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_: float | None = -np.inf if self.early_stopping else None

    def _hidden_sizes(self) -> tuple[int, ...]:
        return tuple(int(size) for size in np.ravel(np.asarray(self.hidden_layer_sizes, int)))

    def _going_on(self, inputs: int, outputs: int) -> Network:
        """The network to train, which must be the one that the parameters speak of."""
        network = self.network_
        needed = (inputs, *self._hidden_sizes(), outputs)
        if network.sizes != needed:
            raise InputError(
                f"the network has layers of {list(network.sizes)} units, and {list(needed)} are asked for; "
                "set warm_start=False to begin with a new one"
            )
        return network

    def _run(
        self,
        network: Network,
        rows: Rows,
        held_out: Rows | None,
        chosen: Settings,
        goes_on: bool,
    ) -> None:
        memory = self._memory_for(network, chosen) if goes_on else None
        if memory is not None and memory.last is not None:
            network = network.copy()
            network.parameters[:] = memory.last
        score = self._outputs_for()[2]
        with self._reports() as callback:
            task = Task(
                network,
                *prepared(rows, held_out, chosen),
                self.engine,
                score,
                self.tol,
                callback,
                memory,
                self.t_,
            )
            tried = attempts(task, self.n_jobs)
        self._note(best_of(tried), tried, rows, chosen, goes_on)

    def _memory_for(self, network: Network, chosen: Settings) -> Memory | None:
        """What the last call left for this one: nothing if it was another method's, or another network's."""
        memory: Memory | None = getattr(self, "_memory", None)
        if memory is None or memory.best.size != network.parameters.size:
            return None
        return memory if self.solver_ == chosen.optimizer.name else None

    def _reports(self) -> Any:
        """A context that gives the callback for each epoch: the person's own, lines, or a bar."""
        callback: Callback | None = printing(self.callback) if self.verbose else self.callback
        if not self.progress:
            return nullcontext(callback)
        from backproof.progress import ProgressBar

        return ProgressBar(callback)

    def _note(
        self, best: Attempt, tried: list[Attempt], rows: Rows, chosen: Settings, goes_on: bool
    ) -> None:
        """The fitted attributes, and the warnings."""
        self._refuse_divergence(best, chosen)
        self.network_.parameters[:] = best.parameters
        offset = self._loss_offset(rows)
        losses = [loss + offset for loss in best.progress.loss] or [best.score + offset]
        self.loss_ = losses[-1]
        self.loss_curve_ = [*self.loss_curve_, *losses]
        self.n_iter_, self.n_starts_ = len(losses), len(tried)
        self.t_ += len(losses) * len(rows.Y)
        self.stopped_, self.solver_, self.reason_ = (
            best.stopped,
            chosen.optimizer.name,
            chosen.reason,
        )
        self._note_best(best, losses)
        self._memory, self._ended = best.memory, goes_on and best.stopped == "validation"
        if not goes_on:
            self._memory.last = None  # whoever goes on does so from the best weights
            self._warn(best, chosen)

    def _note_best(self, best: Attempt, losses: list[float]) -> None:
        if not self.early_stopping:
            known = getattr(self, "best_loss_", None)
            self.best_loss_ = min(*losses, np.inf if known is None else known)
            self.validation_scores_ = self.best_validation_score_ = None
            return
        scores = list(best.progress.validation_score)
        known_scores = getattr(self, "validation_scores_", None) or []
        self.validation_scores_ = [*known_scores, *(score for score in scores if score is not None)]
        self.best_validation_score_ = max(
            (score for score in self.validation_scores_ if score == score), default=-np.inf
        )
        self.best_loss_ = None

    def _refuse_divergence(self, best: Attempt, chosen: Settings) -> None:
        if best.stopped != "diverged" or (chosen.early_stopping and len(best.progress) > 1):
            return
        rate = chosen.optimizer.learning_rate
        raise InputError(
            f"training diverged: the loss was not a finite number in epoch {len(best.progress)}; "
            + (f"lower the learning rate of {rate:g}, or " if rate else "")
            + "standardise the inputs if their values are large"
        )

    def _warn(self, best: Attempt, chosen: Settings) -> None:
        if best.stopped in TOLD and not best.near:
            kind, text = TOLD[best.stopped]
            told = text.format(method=chosen.optimizer.name, max_iter=self.max_iter)
            warnings.warn(told, kind, stacklevel=6)  # the line that called `fit`


def _seed(random_state: Any) -> int:
    """A seed from scikit-learn's three kinds of random state."""
    if isinstance(random_state, Integral):
        if random_state < 0:
            raise InputError(f"`random_state` is {random_state}; it must be 0 or above")
        return int(random_state)
    return int(check_random_state(random_state).randint(MAX_SEED))
