"""What `train` and `predict` say: the job, the scores, the truth table; as text and as JSON from the same numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from backproof.arrays import Array
from backproof.cli.columns import aligned
from backproof.cli.data import Opened
from backproof.metrics import accuracy, confusion, f1_scores, r_squared, rmse
from backproof.network import Network
from backproof.planning import NEAR
from backproof.preprocessing import TablePreprocessing
from backproof.run import ENDINGS, Run
from backproof.targets import Target
from backproof.values import Columns

Part = tuple[dict[str, Any], Columns]  # the input columns of some rows, and all columns of them

MOST_ROWS = 64  # of a truth table
MOST_CLASSES = 12  # in a confusion matrix


def describe_job(
    data: Opened, training: Opened, preprocessing: TablePreprocessing, network: Network, seed: int
) -> str:
    """Data, network and seed."""
    target = preprocessing.target
    held = data.rows - training.rows
    lines = [
        f"{data.name}: {data.rows} rows"
        + (f", {held} of them held out for the test" if held else "")
    ]
    if data.note:
        lines.append(data.note)
    if not data.truth_table:
        lines.append(f"inputs: {_describe_inputs(preprocessing)}; {_describe_target(target)}")
    sizes = "-".join(map(str, network.sizes))
    names = ", ".join(row.name for row in network.activations)
    lines.append(f"network: {sizes} ({names}), {network.loss.name}, seed {seed}")
    return "\n".join(lines)


def _describe_inputs(preprocessing: TablePreprocessing) -> str:
    columns = len(preprocessing.columns)
    categories = [column.name for column in preprocessing.columns if column.kind == "category"]
    if not categories:
        return counted(columns, "number")
    return (
        f"{counted(columns - len(categories), 'number')} and {counted(len(categories), 'column')} of categories, "
        f"together {counted(preprocessing.inputs, 'input')}"
    )


def counted(count: int, thing: str) -> str:
    """1 row, 2 rows."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _describe_target(target: Target) -> str:
    names = ", ".join(f"`{name}`" for name in target.names)
    meaning = {
        "classes": f"{len(target.classes)} classes ({', '.join(map(str, target.classes[:6]))}"
        + (", ..." if len(target.classes) > 6 else "")
        + ")",
        "labels": "yes or no each",
        "numbers": "a number each" if len(target.names) > 1 else "a number",
    }
    return f"target {names}: {meaning[target.task]}"


def describe_result(
    data: Opened, run: Run, training: Part, test: Part | None, options: dict[str, Any]
) -> str:
    """Method, outputs or scores, how it ended, what was written."""
    settings = run.settings
    batch = f", batches of {settings.batch_size}" if not settings.optimizer.whole_batch else ""
    lines = [f"method: {run.method}{batch} ({settings.reason})", ""]
    for name, part in (("training", training), ("test", test)):
        if part is not None:
            lines += [_part_text(data, name, run.network, part), ""]
    if test is None and not data.truth_table:
        lines += ["The network has seen these rows; --test-size 0.2 gives an honest score.", ""]
    lines.append(_ending(run))
    if data.truth_table and run.largest_error > NEAR:
        lines.append(
            f"not solved: an output is {run.largest_error:.2f} from its target; "
            "try more hidden units (--hidden) or another seed"
        )
    written = [options[name] for name in ("save", "history", "plot") if options[name]]
    if written:
        lines.append(f"wrote {', '.join(written)}")
    return "\n".join(lines)


def _part_text(data: Opened, name: str, network: Network, part: Part) -> str:
    if not data.truth_table:
        return scores_text(name, scores(network, part))
    heading = "not trained on:\n" if name == "test" else ""
    return heading + truth_table(data.name, network, part)


def _ending(run: Run) -> str:
    validation = (
        "" if run.validation_loss is None else f", validation loss {run.validation_loss:.6f}"
    )
    starts = f" ({run.starts} starts)" if run.starts > 1 else ""
    return (
        f"loss {run.loss:.6f}{validation} after {run.epochs} epochs{starts} in {run.seconds:.2f} s: "
        f"{ENDINGS[run.stopped]}"
    )


def truth_table(name: str, network: Network, part: Part) -> str:
    """Each row with its outputs: `0 xor 1 = 0.9970` for a gate of two bits."""
    inputs, _ = part
    X = np.column_stack([np.asarray(values) for values in inputs.values()])
    outputs = network.predict(inputs)
    gate = name.isalpha() and X.shape[1] == 2 and outputs.shape[1] == 1  # parity-2 is no infix
    lines = []
    for bits, row in list(zip(X.astype(int).tolist(), outputs, strict=True))[:MOST_ROWS]:
        values = " ".join(f"{value:.4f}" for value in row)
        lines.append(
            f"{bits[0]} {name} {bits[1]} = {values}"
            if gate
            else f"{' '.join(map(str, bits))} = {values}"
        )
    if len(X) > MOST_ROWS:
        lines.append(f"... and {len(X) - MOST_ROWS} more rows")
    return "\n".join(lines)


def scores(network: Network, part: Part) -> dict[str, Any]:
    """Accuracy, F1 and confusion matrix of classes; accuracy of each label; R2 and RMSE of numbers."""
    preprocessing = network.preprocessing
    assert isinstance(preprocessing, TablePreprocessing)
    inputs, columns = part
    target, outputs = preprocessing.target, network.predict(inputs)
    return {"rows": len(outputs), **SCORES[target.task](target, outputs, columns)}


def _class_scores(target: Target, outputs: Array, columns: Columns) -> dict[str, Any]:
    matrix = confusion(target.codes(columns), target.chosen(outputs), len(target.classes))
    f1 = f1_scores(matrix)
    return {
        "accuracy": accuracy(matrix),
        "f1": float(f1.mean()),
        "classes": list(target.classes),
        "f1_of_class": f1.tolist(),
        "confusion": matrix.tolist(),
    }


def _label_scores(target: Target, outputs: Array, columns: Columns) -> dict[str, Any]:
    right = (outputs > 0.5) == (target.encode(columns) > 0.5)
    return {
        "accuracy": float(right.all(axis=1).mean()),
        "accuracy_of": dict(zip(target.names, right.mean(axis=0).tolist(), strict=True)),
    }


def _number_scores(target: Target, outputs: Array, columns: Columns) -> dict[str, Any]:
    actual = target.decode(target.encode(columns))
    r2 = [None if np.isnan(value) else float(value) for value in r_squared(actual, outputs)]
    return {
        "r2": dict(zip(target.names, r2, strict=True)),
        "rmse": dict(zip(target.names, rmse(actual, outputs).tolist(), strict=True)),
    }


SCORES = {"classes": _class_scores, "labels": _label_scores, "numbers": _number_scores}


def scores_text(name: str, found: dict[str, Any]) -> str:
    """Scores as a table under a heading."""
    rows = f"{name} ({found['rows']} rows): "
    if "confusion" in found:
        heading = (
            f"{rows}accuracy {found['accuracy']:.4f}, F1 {found['f1']:.4f} (mean over the classes)"
        )
        return f"{heading}\n{_confusion_text(found)}"
    if "r2" in found:
        table = [("target", "R2", "RMSE")]
        for target, r2 in found["r2"].items():
            shown = "undefined" if r2 is None else f"{r2:.4f}"
            table.append((target, shown, f"{found['rmse'][target]:.4g}"))
        return f"{rows.rstrip(': ')}\n{aligned(table, right=(1, 2))}"
    lines = [("label", "accuracy")]
    lines += [(label, f"{value:.4f}") for label, value in found["accuracy_of"].items()]
    return (
        f"{rows}every label right in {found['accuracy']:.4f} of them\n{aligned(lines, right=(1,))}"
    )


def _confusion_text(found: dict[str, Any]) -> str:
    classes = [str(label) for label in found["classes"]]
    if len(classes) > MOST_CLASSES:
        return f"(the confusion matrix of {len(classes)} classes is in --format json)"
    header = ["actual \\ predicted", *classes, "F1"]
    rows = [
        [label, *map(str, counts), f"{f1:.4f}"]
        for label, counts, f1 in zip(classes, found["confusion"], found["f1_of_class"], strict=True)
    ]
    return aligned([header, *rows], right=range(1, len(header)))


def result_json(data: Opened, run: Run, training: Part, test: Part | None) -> dict[str, Any]:
    """The run as one object."""
    settings = asdict(run.settings)
    settings["optimizer"] = {"name": run.method, **settings["optimizer"]}
    result: dict[str, Any] = {
        "data": data.name,
        "rows": data.rows,
        "network": {
            "sizes": run.network.sizes,
            "activations": [row.name for row in run.network.activations],
            "loss": run.network.loss.name,
            "start": run.network.start,
            "dtype": run.network.dtype.name,
        },
        "method": run.method,
        "reason": run.settings.reason,
        "stopped": run.stopped,
        "loss": run.loss,
        "validation_loss": run.validation_loss,
        "largest_error": run.largest_error,
        "epochs": run.epochs,
        "starts": run.starts,
        "gradient_evaluations": run.gradient_evaluations,
        "loss_evaluations": run.loss_evaluations,
        "seconds": run.seconds,
        "seed": run.seed,
        "settings": settings,
        "training": scores(run.network, training),
        "test": None if test is None else scores(run.network, test),
    }
    if data.truth_table:
        result["solved"] = run.largest_error <= NEAR
        result["outputs"] = run.network.predict(training[0]).tolist()
    return result
