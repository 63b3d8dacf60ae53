"""A training that takes up the memory of an earlier one makes the very steps that the earlier one would have made."""

import pickle

import numpy as np
import pytest
from strategies import linear_sample

import backproof as bp
from backproof.engine import engine
from backproof.monitor import Memory, Monitor
from backproof.optimizers import Adam, IRprop, Optimizer
from backproof.problem import Problem
from backproof.settling import Asked, settle

OPTIMIZERS = [bp.SGD(0.01), bp.SGD(0.01, momentum=0.9, nesterov=True), Adam(0.01), IRprop()]


def go_on(
    network: bp.Network,
    optimizer: Optimizer,
    epochs: int,
    memory: Memory | None = None,
    schedule: str = "constant",
) -> Monitor:
    X, y = linear_sample()
    batch_size = None if optimizer.whole_batch else 7
    asked = Asked(
        optimizer, epochs, batch_size, None, schedule, 0.5, None, 1e-3, None, None, 3, None, 1
    )
    settings, (X, Y), held_out = settle(network, X, y, asked)
    problem = Problem(network, X, Y, 0.0, engine("auto"))
    monitor = Monitor(problem, settings, held_out, None, 1, memory)
    optimizer.fit(problem, settings, monitor)
    return monitor


@pytest.mark.parametrize("schedule", ["constant", "inverse-scaling", "adaptive"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_ten_epochs_in_pieces_are_ten_epochs(optimizer, schedule):
    whole, pieces = (bp.Network([3, 4, 1], output="identity", seed=0) for _ in range(2))
    expected = [row.loss for row in go_on(whole, optimizer, 10, schedule=schedule).history]
    memory, losses = None, []
    for epochs in (1, 1, 3, 5):
        monitor = go_on(pieces, optimizer, epochs, memory, schedule)
        losses += [row.loss for row in monitor.history]
        memory = pickle.loads(pickle.dumps(monitor.memory))  # it can be kept in a file
    np.testing.assert_array_equal(losses, expected)
    np.testing.assert_array_equal(pieces.parameters, whole.parameters)


@pytest.mark.parametrize("optimizer", OPTIMIZERS[1:], ids=str)
def test_without_the_memory_the_steps_are_others(optimizer):
    whole, pieces = (bp.Network([3, 4, 1], output="identity", seed=0) for _ in range(2))
    go_on(whole, optimizer, 10)
    for _ in range(10):
        go_on(pieces, optimizer, 1)
    assert np.abs(pieces.parameters - whole.parameters).max() > 1e-4


def test_patience_counts_on():
    """A loss that falls by less than the tolerance in each epoch: three epochs in a row are borne, wherever they are cut."""
    network = bp.Network([3, 4, 1], output="identity", seed=0)
    network.parameters[:] = go_on(network, Adam(0.01), 500).problem.network.parameters
    memory, stopped = None, []
    for _ in range(6):
        monitor = go_on(network, bp.SGD(1e-6), 1, memory)
        memory = monitor.memory
        stopped.append(monitor.stopped)
    assert stopped == ["epochs"] * 4 + ["tolerance"] + ["epochs"]
