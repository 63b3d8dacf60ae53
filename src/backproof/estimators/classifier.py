"""MLPClassifier: classes and labels in, probabilities and classes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, unique_labels

from backproof.activations import sigmoid
from backproof.arrays import Array
from backproof.errors import InputError, UnknownNameError
from backproof.estimators.base import Perceptron, can_take_steps
from backproof.estimators.parameters import documented, keep
from backproof.estimators.watching import Score, class_accuracy, label_accuracy
from backproof.inputs import is_sparse
from backproof.monitor import Callback
from backproof.optimizers import Optimizer

# sklearn's name -> ours
LOSSES = {"log_loss": "cross-entropy", "squared_error": "squared-error"}


@documented
class MLPClassifier(ClassifierMixin, Perceptron):
    """A multi-layer perceptron for classes, or for several labels at once; scikit-learn's, and more.

    Args:
        {parameters}
        loss: "log_loss" (cross-entropy) or "squared_error".
        class_weight: how much each class counts: a dictionary {class: weight}, "balanced" (in inverse proportion to its
            rows), or None: all alike.

    Attributes:
        classes_: the classes in the order of the probabilities' columns; for several labels their numbers.
        {attributes}

    Every method raises ValueError for data that it can't use, and InputError, a ValueError as well, for parameters.
    """

    _in_classes = True

    def __init__(
        self,
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
        loss: str = "log_loss",
        class_weight: dict[Any, float] | str | None = None,
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
        """Train on X (n, inputs), dense or sparse, with classes y (n,) or labels y (n, labels) of 0 and 1.

        Args:
            sample_weight: how much each row counts, (n,); None: all alike.

        Raises:
            ValueError: data or parameters that cannot be used; training that diverged.
        """
        return self._train(X, y, sample_weight, goes_on=False)

    @available_if(can_take_steps)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """One epoch on these rows, from where the last call ended.

        With early stopping, the same share of each call's rows is held out; predictions come from the best weights so
        far, and once the score has stopped rising, further calls change nothing (`stopped_` is "validation").

        Args:
            sample_weight: how much each row counts, (n,).
            classes: all classes there will be, needed in the first call.

        Raises:
            ValueError: no classes in the first call, or others later; and as `fit`.
        """
        self._know_classes(y, classes)
        return self._train(X, y, sample_weight, goes_on=True)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The class of each row, (n,), or its labels as 0 and 1, (n, labels)."""
        outputs = self._outputs(X)
        if self._multilabel():
            return (outputs > 0.5).astype(int)
        if outputs.shape[1] > 1:
            codes = outputs.argmax(axis=1)
        else:
            codes = np.minimum(outputs[:, 0] > 0.5, len(self.classes_) - 1).astype(int)
        predicted: npt.NDArray[Any] = self.classes_[codes]
        return predicted

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class, (n, classes), in the order of `classes_`; of each label by itself, (n, labels)."""
        if not self.network_.activations[-1].elementwise:  # softmax
            return self._outputs(X)
        z = self._outputs(X, activated=False)
        if len(self.classes_) == 1:
            return np.ones_like(z)
        # 1 - sigmoid(z) would be rounded where sigmoid(-z) is not.
        columns = z if self._multilabel() else np.hstack([-z, z])
        # A sigmoid never reaches 0 or 1; where it seems to, it has been rounded.
        limits = np.finfo(z.dtype)
        return np.clip(sigmoid(columns), limits.tiny, 1 - limits.epsneg)

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithm of `predict_proba`; -inf for a probability of 0."""
        with np.errstate(divide="ignore"):
            logarithms: Array = np.log(self.predict_proba(X))
            return logarithms

    def _multilabel(self) -> bool:
        return bool(getattr(self, "_labels", False))

    def _know_classes(self, y: Any, classes: Any) -> None:
        """Take the classes of the first partial fit; later they may be left out, but not be others."""
        if not hasattr(self, "classes_"):
            if classes is None:
                raise InputError("`classes` must name every class in the first call of partial_fit")
            shape = y.shape if is_sparse(y) else np.shape(y)
            self._labels = len(shape) == 2 and shape[1] > 1
            self.classes_ = unique_labels(classes)
        elif classes is not None and not np.array_equal(self.classes_, unique_labels(classes)):
            raise InputError(
                f"`classes` is {classes!r}; the first call of partial_fit had {self.classes_!r}"
            )

    def _encoded(self, y: Array, anew: bool, goes_on: bool) -> Array:
        learns = (anew and not goes_on) or not hasattr(self, "classes_")
        if y.ndim == 2:
            if learns:
                self._labels, self.classes_ = True, np.arange(y.shape[1])
            return self._labels_as_targets(y)
        found, codes = np.unique(y, return_inverse=True)
        if y.dtype.kind not in "biu" or len(found) > len(y) / 2:
            check_classification_targets(y)
        if learns:
            self._labels, self.classes_ = False, found
        elif not np.array_equal(found, self.classes_):
            codes = self._codes(found, exact=self.warm_start and not goes_on)[codes]
        if len(self.classes_) <= 2:
            return codes[:, None].astype(float)
        targets: Array = np.eye(len(self.classes_))[codes]
        return targets

    def _labels_as_targets(self, y: Array) -> Array:
        if not self._multilabel() or y.shape[1] != len(self.classes_):
            raise InputError(
                f"`y` has shape {y.shape}; needed is a column of 0 and 1 for each of {len(self.classes_)} labels"
            )
        if not np.isin(y, (0, 1)).all():
            raise InputError(
                "`y` has several columns with values other than 0 and 1; labels are 0 or 1, one column each. "
                "For several columns of classes put this classifier into sklearn.multioutput.MultiOutputClassifier"
            )
        return y.astype(float)

    def _codes(self, found: Array, exact: bool) -> npt.NDArray[np.intp]:
        """The number that each class found has among `classes_`."""
        strange = np.setdiff1d(found, self.classes_)
        if self._multilabel() or len(strange) or (exact and len(found) != len(self.classes_)):
            raise InputError(
                f"`y` has the classes {found}; the training began with {self.classes_}: "
                "warm_start needs the same ones, and partial_fit no others"
            )
        codes: npt.NDArray[np.intp] = np.searchsorted(self.classes_, found)
        return codes

    def _class_weights(self, y: Array, goes_on: bool) -> Array | None:
        if self.class_weight is None:
            return None
        if goes_on and isinstance(self.class_weight, str):
            raise InputError(
                f"class_weight={self.class_weight!r} needs all rows at once; "
                "for partial_fit give a dictionary {class: weight}"
            )
        weights: Array = compute_sample_weight(self.class_weight, y)
        return weights

    def _outputs_for(self) -> tuple[str, str, Score]:
        if self.loss not in LOSSES:
            raise UnknownNameError("a loss of MLPClassifier", self.loss, LOSSES)
        several = len(self.classes_) > 2 and not self._multilabel()
        if several:
            return "softmax", LOSSES[self.loss], class_accuracy
        return "sigmoid", LOSSES[self.loss], label_accuracy

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
