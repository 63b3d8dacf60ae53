"""A network's training as a plain NumPy program, as a person would write it by hand.

    program    the network, its data and how to train it, as a `Program`
    Program    its text, and the files beside it where the numbers are many

    made = program(bp.Network([2, 3, 1], seed=0), *bp.datasets.xor())
    made.source                  # the text
    made.files                   # {} here; else {".csv": the table, ".npz": the first weights}
    made.write("xor.py")         # writes xor.py, and xor.csv and xor.npz where it needs them

The program trains from the network's weights as they are to the weights that
`bp.train(network, X, y, optimizer=..., engine="reference", ...)` reaches with the same arguments. Formulas are those of the
tables (`spelling`), steps those of the optimisers (`updates`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backproof.arrays import Array
from backproof.derivation.codegen.loop import loop, memory, settings_block, shuffling
from backproof.derivation.codegen.numbers import Numbers, numbers
from backproof.derivation.codegen.passes import backward, forward, functions, loss
from backproof.derivation.codegen.spelling import Block
from backproof.files import check_target, write_whole
from backproof.network import Network
from backproof.optimizers import SGD, Adam, Optimizer
from backproof.planning import is_exact
from backproof.settings import Settings
from backproof.settling import Asked, settle

# What "auto" takes. A truth table: as in the answer, one example at a time. Any other: mini-batches.
TRUTH_TABLE = SGD(0.5)
OTHER = Adam(0.005)
EPOCHS = 10_000  # for a truth table


@dataclass(frozen=True)
class Program:
    """A program and what it needs beside it.

    Attributes:
        source: the text.
        files: what the text reads, by the ending of the name; the rest of the name is the program's own. Empty where all
            numbers are written out.
        settings: how it trains.
    """

    source: str
    files: dict[str, bytes] = field(repr=False)
    settings: Settings = field(repr=False)

    def write(self, path: str | Path) -> list[Path]:
        """Write the program to `path` (.py) and its files beside it; returns every path that was written.

        Raises:
            InputError: another ending, or a folder that is missing or cannot be written to.
        """
        check_target(path, [".py"])
        contents = {Path(path).with_suffix(ending): raw for ending, raw in self.files.items()}
        contents[Path(path)] = self.source.encode()
        for target, raw in contents.items():
            write_whole(target, raw)
        return list(contents)

    def __str__(self) -> str:
        return self.source


def program(
    network: Network,
    X: Any,
    y: Any,
    *,
    optimizer: str | Optimizer = "auto",
    epochs: int | None = None,
    batch_size: int | None = None,
    shuffle: bool | None = None,
    schedule: str = "constant",
    power: float = 0.5,
    weight_decay: float | None = None,
    patience: int = 10,
    seed: int | None = 0,
) -> Program:
    """The training of `network` on X and y as a plain NumPy program.

    Args:
        X: inputs, (n, inputs); of a table file, as its preprocessing encodes them.
        y: targets, (n, outputs) or (n,), as for `train`.
        optimizer: "sgd", "adam", "irprop", or one with settings; "auto" is SGD on one example at a time for a truth
            table, and Adam for the rest.
        epochs, batch_size, shuffle, weight_decay: as for `train`, whose defaults these are.
        schedule: of the learning rate, with `power` (inverse-scaling) or `patience` (adaptive).
        seed: of the shuffles.

    Raises:
        InputError: data or settings that cannot be used, or a second-order method.
    """
    if optimizer == "auto":
        optimizer, epochs, batch_size = _chosen(network, X, y, epochs, batch_size)
    asked = Asked(
        optimizer, epochs, batch_size, shuffle, schedule, power, weight_decay, None,
        False, None, patience, 0, seed,
    )  # fmt: skip  # in the order of `Asked`
    settings, (X, Y), _ = settle(network, X, y, asked)
    made = numbers(network, X, Y)
    return Program(_text(network, settings, X, made), made.files, settings)


def _chosen(
    network: Network, X: Any, y: Any, epochs: int | None, batch_size: int | None
) -> tuple[Optimizer, int | None, int | None]:
    """What "auto" is."""
    from backproof.inputs import checked_inputs, checked_targets

    X = checked_inputs(network, X)
    if is_exact(X, checked_targets(network, y, len(X))):
        return (
            TRUTH_TABLE,
            EPOCHS if epochs is None else epochs,
            1 if batch_size is None else batch_size,
        )
    return OTHER, epochs, batch_size


def _text(network: Network, settings: Settings, X: Array, made: Numbers) -> str:
    """The sections in their order: one empty line after each, two around functions."""
    top = [
        [_docstring(network, settings)],
        _imports(made),
        ["# Settings", *settings_block(settings, len(X)).written()],
        [f"# Data: {len(X)} examples, one a row", *made.data],
        ["# First weights, a row for each unit that a layer reads", *made.weights],
        list(memory(network, settings).written()),
    ]
    blocks = [*functions(network), forward(network), loss(network, settings), *shuffling(settings)]
    end = [loop(network, settings, len(X), backward(network, settings)), _outputs(len(X))]
    chunks = [
        "\n\n".join("\n".join(lines) for lines in top if lines),
        *("\n".join(block.written()) for block in blocks),
        "\n\n".join("\n".join(block.written()) for block in end),
    ]
    return "\n\n\n".join(chunks) + "\n"


def _docstring(network: Network, settings: Settings) -> str:
    sizes = "-".join(map(str, network.sizes))
    layers = [
        f"{row.name} (n, {size})"
        for row, size in zip(network.activations, network.sizes[1:], strict=True)
    ]
    return (
        f'"""A {sizes} network in plain NumPy: each line of training beside its formula.\n\n'
        f"    x (n, {network.sizes[0]}) -> {' -> '.join(layers)}\n"
        f"    {network.loss.name}, the mean over a batch; optimiser {settings.optimizer.name}\n\n"
        "Examples are rows. δ is the slope of the loss with respect to z; ⊙ multiplies element by element.\n"
        '"""'
    )


def _imports(made: Numbers) -> list[str]:
    return [*(["from pathlib import Path", ""] if made.files else []), "import numpy as np"]


def _outputs(rows: int) -> Block:
    shown = 16
    few = rows <= shown
    X, Y = ("X", "Y") if few else (f"X[:{shown}]", f"Y[:{shown}]")
    return Block(
        [
            (f"for x, y, a in zip({X}, {Y}, forward({X})[-1]):", ""),
            ('    print(x, "->", a.round(3), "  target", y)', ""),
        ]
    )
