"""What one training does, with nothing left open: the agreement between `training` and every engine."""

from __future__ import annotations

from dataclasses import dataclass

from backproof.optimizers import Optimizer


@dataclass(frozen=True)
class Settings:
    """Every choice of one training."""

    optimizer: Optimizer
    epochs: int  # of each start, at most
    batch_size: int
    shuffle: bool
    schedule: str
    power: float  # of the inverse-scaling schedule
    weight_decay: float
    dropout: tuple[
        float, ...
    ]  # for each hidden layer, the share of its units that each batch leaves out
    tolerance: float | None  # stop when the loss has not fallen by more for `patience` epochs
    patience: int
    early_stopping: bool  # stop when the validation loss has not fallen for `patience` epochs
    aim: float | None  # stop when every output is this near to its target
    starts: int  # at most; another one is made while some output is not near its target
    seed: int
    reason: str  # why the optimiser was taken
