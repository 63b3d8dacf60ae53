"""The network inside an estimator: it and `coefs_`, `intercepts_` are the same memory, whoever writes into either.

network_                            the network
hidden_activations, explain         what it makes of rows, and why
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from backproof.arrays import Array
from backproof.backprop import forward
from backproof.engine import engine
from backproof.estimators.rows import checked_inputs
from backproof.estimators.watching import Score
from backproof.network import Network

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation

SKLEARN_NAMES = {"sigmoid": "logistic", "exponential": "exp"}  # of output activations


class WithNetwork(BaseEstimator):
    """An estimator with a network inside; not for use by itself."""

    def _encoded(self, y: Array, anew: bool, goes_on: bool) -> Array:
        """Targets for the network, (n, outputs); learns the classes where there are any."""
        raise NotImplementedError

    def _outputs_for(self) -> tuple[str, str, Score]:
        """Output activation and loss of the network, and the score for early stopping."""
        raise NotImplementedError

    def _new_network(self, sizes: Sequence[int], dtype: np.dtype[Any]) -> Network:
        output, loss, _ = self._outputs_for()
        # Both precisions begin with the same numbers, so that the precision is all that differs.
        return Network(
            sizes,
            hidden=self.activation,
            output=output,
            loss=loss,
            start=self.start,
            seed=getattr(self, "_seed", 0),
            dtype="float32",
        ).copy(dtype)

    @property
    def network_(self) -> Network:
        """The network, with whatever has been put into `coefs_` and `intercepts_`.

        Raises:
            NotFittedError: before `fit`.
        """
        check_is_fitted(self, "coefs_")
        network: Network | None = vars(self).get("_network")
        parts = [*self.coefs_, *self.intercepts_]
        if network is not None:
            own = [*network.weights, *network.biases]
            if all(one is other for one, other in zip(parts, own, strict=False)):
                return network
        sizes = (len(self.coefs_[0]), *(np.shape(biases)[0] for biases in self.intercepts_))
        if network is None or network.sizes != sizes:
            network = self._new_network(sizes, np.result_type(*self.coefs_, np.float32))
        for layer, weights, biases in zip(
            network.layers, self.coefs_, self.intercepts_, strict=True
        ):
            layer.weights[:], layer.biases[:] = weights, biases
        self._adopt(network)
        return network

    def _adopt(self, network: Network) -> None:
        self._network = network
        self.coefs_, self.intercepts_ = network.weights, network.biases
        self.n_layers_, self.n_outputs_ = len(network.sizes), network.sizes[-1]
        name = network.activations[-1].name
        self.out_activation_ = SKLEARN_NAMES.get(name, name)

    def __getstate__(self) -> dict[str, Any]:
        """With the network, and without its views, which a pickle would cut off from it."""
        if hasattr(self, "coefs_"):
            _ = self.network_
        state: dict[str, Any] = super().__getstate__()
        if "_network" in state:
            state = {k: v for k, v in state.items() if k not in ("coefs_", "intercepts_")}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "_network" in state:
            self._adopt(state["_network"])

    def _outputs(self, X: Any, activated: bool = True) -> Array:
        """The network's outputs, (n, outputs), or their z."""
        network = self.network_
        rows = checked_inputs(self, X, network.dtype)
        answering = network if activated else network.without_output()
        return engine(self.engine).outputs(answering, rows)

    def hidden_activations(self, X: Any) -> list[Array]:
        """What each hidden layer makes of X (n, inputs): a list of (n, units), first layer first."""
        network = self.network_
        return forward(network, checked_inputs(self, X, network.dtype))[1:-1]

    def explain(self, X: Any, y: Any, **options: Any) -> Derivation:
        """Derive every gradient of the network on one example or some, step by step, and prove each.

        Args:
            X: one example, (inputs,), or a batch, (n, inputs).
            y: its target as `fit` takes it, or theirs.
            options: of `backproof.explain`: only, notation, names, optimizer ...
        """
        from backproof.derivation.explain import explain

        network = self.network_
        inputs = np.asarray(X, network.dtype)
        targets = self._encoded(
            np.asarray(y)[None] if inputs.ndim == 1 else np.asarray(y), anew=False, goes_on=True
        )
        return explain(network, np.atleast_2d(inputs), targets, **options)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
