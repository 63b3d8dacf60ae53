"""backproof: train a feed-forward network, and take its backpropagation at its word.

    Network, train, Run, load       networks, training, saved models
    SGD, Adam, optimizers           how to train; all optimisers are in `backproof.optimizers`
    check                           a hand-written backpropagation, run and judged line by line
    explain                         every gradient derived, step by step, in symbols and numbers
    explain_program                 the same of the network that a program writes out by hand
    check_gradient                  backpropagation beside numerical derivatives
    datasets                        truth tables, classics, table files
    BackproofError                  the root of every error

Each name is imported when it is first used, so that `import backproof` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from backproof import datasets, optimizers
    from backproof.checking.check import check
    from backproof.derivation.explain import explain
    from backproof.errors import BackproofError
    from backproof.gradient_check import check_gradient
    from backproof.models import load
    from backproof.network import Network
    from backproof.optimizers import SGD, Adam
    from backproof.recognition.document import explain_program
    from backproof.run import Run
    from backproof.training import train

# public name -> module that holds it; a module itself where both are the same
_HOMES = {
    "Adam": "optimizers",
    "BackproofError": "errors",
    "Network": "network",
    "Run": "run",
    "SGD": "optimizers",
    "check": "checking.check",
    "check_gradient": "gradient_check",
    "datasets": "datasets",
    "explain": "derivation.explain",
    "explain_program": "recognition.document",
    "load": "models",
    "optimizers": "optimizers",
    "train": "training",
}

__all__ = [
    "SGD",
    "Adam",
    "BackproofError",
    "Network",
    "Run",
    "check",
    "check_gradient",
    "datasets",
    "explain",
    "explain_program",
    "load",
    "optimizers",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'backproof' has no attribute '{name}'")
    module = import_module(f"backproof.{_HOMES[name]}")
    found = module if name == _HOMES[name] else getattr(module, name)
    globals()[name] = found  # the next time nobody asks here
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
