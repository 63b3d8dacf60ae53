"""What `backproof explain` derives: the network and the examples that its arguments name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backproof.arrays import Array
from backproof.cli.data import Opened, open_data
from backproof.cli.train import METHOD_SETTINGS, Job
from backproof.errors import BackproofError, InputError, ModelError
from backproof.network import Network
from backproof.optimizers import Optimizer, optimizer
from backproof.preprocessing import TablePreprocessing
from backproof.values import Columns

if TYPE_CHECKING:
    from backproof.derivation.codegen.program import Program
    from backproof.derivation.explain import Derivation

MODEL = ".safetensors"
SEED = 0  # a page that is made twice is the same page


def derivation(thing: str, options: dict[str, Any]) -> Derivation:
    """The derivation that `thing` and the options ask for.

    Raises:
        BackproofError: no such data, model or example, or options that do not fit.
    """
    from backproof.derivation.explain import explain

    network, data, name = _named(thing, options)
    X, Y, about = _examples(network, data, name, options)
    return explain(
        network,
        X,
        Y,
        only=options["only"],
        notation=options["notation"],
        names=names_given(options["names"]),
        optimizer=optimizer_given(options),
        reduction=options["reduction"],
        weight_decay=options["weight_decay"] or 0.0,
        about=about,
    )


def numpy_program(thing: str, options: dict[str, Any], method: str | None) -> Program:
    """The plain NumPy program of the network that `thing` and the options name, over all rows.

    Args:
        thing: data or a model.
        options: of the command.
        method: "auto", or None for the optimiser that the options name.

    Raises:
        BackproofError: no such data or model, options that do not fit, a second-order method.
    """
    from backproof.derivation.codegen.program import program

    for name in ("example", "row", "only"):
        if options[name]:
            raise InputError(f"--{name} chooses what is explained; the program has all rows")
    network, data, name = _named(thing, options)
    if data is None:
        raise InputError(f"`{thing}` comes without its data; name them with --data")
    X, Y, _ = _examples(network, data, name, {**options, "row": "all"})
    return program(
        network,
        X,
        Y,
        optimizer=method or optimizer_given(options),
        epochs=options["epochs"],
        batch_size=options["batch_size"],
        weight_decay=options["weight_decay"],
        seed=SEED if options["seed"] is None else options["seed"],
    )


def _named(thing: str, options: dict[str, Any]) -> tuple[Network, Opened | None, str]:
    return _model(thing, options) if thing.endswith(MODEL) else _fresh(thing, options)


def _fresh(thing: str, options: dict[str, Any]) -> tuple[Network, Opened | None, str]:
    """A network with its first weights, as `train` would begin."""
    seed = SEED if options["seed"] is None else options["seed"]
    job = Job({**options, "data": thing, "seed": seed, "test_size": None})
    return job.network, job.data, thing


def _model(path: str, options: dict[str, Any]) -> tuple[Network, Opened | None, str]:
    """A saved network, with the data that it was trained on if they can still be had."""
    from backproof.models import read

    network, training = read(path)
    if not isinstance(network.preprocessing, TablePreprocessing):
        raise ModelError(
            f"`{path}` was saved without the columns of a table; in Python, "
            "backproof.explain(backproof.load(...), x, y) takes rows"
        )
    name = options["rows_from"] or str(training.get("data", ""))
    try:
        return network, open_data(name, header=options["header"]), name
    except BackproofError:
        if options["rows_from"] or not options["example"]:
            raise
        return network, None, path


def names_given(given: Sequence[str]) -> dict[str, str]:
    """The names that were given as QUANTITY=NAME."""
    for text in given:
        if "=" not in text:
            raise InputError(
                f"--name is '{text}'; needed is QUANTITY=NAME, such as delta2=d_hidden"
            )
    return dict(text.split("=", 1) for text in given)


def optimizer_given(options: dict[str, Any]) -> Optimizer:
    """The optimiser that the options name."""
    given = {key: options[key] for key in METHOD_SETTINGS if options[key] is not None}
    return optimizer(options["method"], **given)


def _examples(
    network: Network, data: Opened | None, name: str, options: dict[str, Any]
) -> tuple[Array, Array, str]:
    """Inputs and targets as the network takes them, and a sentence on which they are."""
    preprocessing = network.preprocessing
    assert isinstance(preprocessing, TablePreprocessing)
    if options["example"] and options["row"]:
        raise InputError("--example and --row both choose the numbers; give one of them")
    if options["expect"] and not options["example"]:
        raise InputError("--expect is the target of an --example; give that as well")
    if options["example"]:
        columns, about = _typed(preprocessing, data, name, options)
    else:
        assert data is not None
        columns, about = _rows(preprocessing, data, name, options["row"])
    X = preprocessing.encode(
        {column.name: columns[column.name] for column in preprocessing.columns}
    )
    Y = preprocessing.target.encode({key: columns[key] for key in preprocessing.target.names})
    return X, Y, about


def _rows(
    preprocessing: TablePreprocessing, data: Opened, name: str, asked: str | None
) -> tuple[Columns, str]:
    chosen = _numbered(asked, data.rows) if asked else [_informative(preprocessing, data)]
    if len(chosen) > 1:
        return (
            _taken(data.columns, chosen),
            f"The numbers are those of {len(chosen)} rows of {name}; formulas unit by unit speak of row {chosen[0] + 1}.",
        )
    columns = _taken(data.columns, chosen)
    return (
        columns,
        f"The numbers are those of row {chosen[0] + 1} of {name}: {_described(preprocessing, columns)}.",
    )


def _described(preprocessing: TablePreprocessing, columns: Columns) -> str:
    """x1 = 0, x2 = 1; y = 1."""
    inputs = [column.name for column in preprocessing.columns]
    if len(inputs) > 6:
        return ", ".join(_pair(name, columns) for name in preprocessing.target.names)
    both = (inputs, preprocessing.target.names)
    return "; ".join(", ".join(_pair(name, columns) for name in names) for names in both)


def _pair(name: str, columns: Columns) -> str:
    value = columns[name][0]
    return f"{name} = {value:g}" if isinstance(value, (float, np.floating)) else f"{name} = {value}"


def _taken(columns: Columns, rows: Sequence[int]) -> Columns:
    return {name: values[list(rows)] for name, values in columns.items()}


def _informative(preprocessing: TablePreprocessing, data: Opened) -> int:
    """The first row whose inputs are not all 0: there the first layer's weights have a gradient."""
    names = [column.name for column in preprocessing.columns]
    X = preprocessing.encode({name: data.columns[name] for name in names})
    return int(np.argmax((X != 0).any(axis=1)))


def _numbered(text: str, rows: int) -> list[int]:
    """Row numbers from 1, such as 7, 1,3 or 2-5, or all, as positions from 0."""
    if text.lower() == "all":
        return list(range(rows))
    chosen: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise InputError(
                f"--row is '{text}'; needed are row numbers such as 7, 1,3 or 2-5, or all"
            )
        chosen.extend(range(int(first) - 1, int(last or first)))
    if not chosen or min(chosen) < 0 or max(chosen) >= rows:
        raise InputError(f"--row is '{text}'; the rows are 1 to {rows}")
    return chosen


def _typed(
    preprocessing: TablePreprocessing, data: Opened | None, name: str, options: dict[str, Any]
) -> tuple[Columns, str]:
    """The example that was typed; its target is that of the same row of the data, unless it was typed as well."""
    inputs = [column.name for column in preprocessing.columns]
    columns = _parsed("--example", options["example"], inputs, preprocessing, data)
    if options["expect"]:
        columns |= _parsed(
            "--expect", options["expect"], preprocessing.target.names, preprocessing, data
        )
        return columns, f"The numbers are those of {_described(preprocessing, columns)}."
    found = [] if data is None else np.flatnonzero(_matches(data, columns)).tolist()
    if not found:
        raise InputError(
            f"--example {options['example']} is not among the rows of `{name}`, so its target is not known; "
            "add it, such as --expect 1"
        )
    assert data is not None
    return _rows(preprocessing, data, name, str(found[0] + 1))


def _matches(data: Opened, columns: Columns) -> npt.NDArray[np.bool_]:
    same = np.ones(data.rows, bool)
    for name, values in columns.items():
        same &= data.columns[name] == values[0]
    return same


def _parsed(
    option: str,
    text: str,
    names: Sequence[str],
    preprocessing: TablePreprocessing,
    data: Opened | None,
) -> dict[str, npt.NDArray[Any]]:
    """Values from text, each of its column's kind."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != len(names):
        raise InputError(
            f"{option} is '{text}'; needed are {len(names)} values: {', '.join(names)}"
        )
    kinds = {column.name: column.kind for column in preprocessing.columns}
    return {
        name: np.array([_value(option, part, name, kinds, data)])
        for name, part in zip(names, parts, strict=True)
    }


def _value(
    option: str, text: str, name: str, kinds: dict[str, str], data: Opened | None
) -> str | float:
    known = None if data is None else data.columns.get(name)
    as_text = kinds.get(name) == "category" or (
        known is not None and known.dtype.kind not in "iufb"
    )
    if as_text:
        return text
    try:
        return float(text)
    except ValueError:
        if name in kinds:
            raise InputError(f"{option}: `{name}` is '{text}'; a number is needed") from None
        return text
