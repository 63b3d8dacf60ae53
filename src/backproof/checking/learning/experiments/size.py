"""More units, more biases, more epochs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backproof.checking.learning.bias_edit import bias_edits
from backproof.checking.learning.biases import Missing
from backproof.checking.learning.experiments.facts import Experiment, Facts
from backproof.checking.learning.experiments.words import instead, piece_of, scaled
from backproof.checking.learning.lab import Change
from backproof.checking.source.literals import Source, settings_of
from backproof.checking.source.places import Loop

MOST_UNITS = 64
EPOCHS = 10
FEW, PLENTY = 100, 10_000  # rounds: from so few on, up to so many are tried


def units(facts: Facts) -> Iterator[Experiment]:
    """More hidden units: a number by which weights have other shapes, and what is given has not."""
    given = {path for data in facts.inputs for path in data.paths}
    for effect in facts.effects:
        literal = effect.literal
        if not literal.whole or not effect.shapes or effect.output or literal.value > MOST_UNITS:
            continue
        if effect.sized & given:
            continue
        now = int(literal.value)
        new = max(3 * now, now + 4)
        yield Experiment(
            "too-few-units",
            "units",
            literal.piece,
            literal.name or None,
            f"{now} hidden unit{'s' if now != 1 else ''} {'are' if now != 1 else 'is'} too few for this task",
            instead(literal, str(new)),
            f"take {new}",
            ((literal.piece.start, literal.piece.stop, str(new)),),
        )


def biases(facts: Facts) -> Iterator[Experiment]:
    """A bias where a layer has none."""
    for layers in _together(facts.biases):
        first = facts.places[layers[0].product]
        names = " and ".join(f"`{layer.weights}`" for layer in layers)
        base = Experiment(
            "missing-bias",
            "bias",
            piece_of(facts, first),
            layers[0].weights,
            f"nothing is added to `{first.text}`: the layer of {names} has no bias",
            f"a bias in the layer of {names}",
            f"add a bias to `{first.text}`, and move it by the delta of that layer",
            changes=tuple(_bias(layer) for layer in layers),
        )
        edits = [bias_edits(facts.text, facts.places, layer) for layer in layers]
        if all(edits):
            merged = tuple(edit for some in edits for edit in some)
            base = replace(base, edits=merged, changes=())
        yield base


def _bias(layer: Missing) -> Change:
    return {
        "do": "bias",
        "places": [layer.product, layer.delta],
        "axis": layer.axis,
        "turned": layer.turned,
        "rate": layer.rate,
    }


def _together(layers: Sequence[Missing]) -> list[list[Missing]]:
    return [[layer] for layer in layers] + ([list(layers)] if len(layers) > 1 else [])


def epochs(facts: Facts) -> Iterator[Experiment]:
    """Ten times as many rounds; and many more, where there are few."""
    for index in (*facts.around, facts.step.index):
        loop = facts.loops[index]
        node = _loop_node(facts.text, loop)
        if node is None:
            continue
        limit = node.iter if isinstance(node, ast.For) else node.test
        counts = [x for x in settings_of(facts.text, limit) if x.whole and x.value >= 10]
        if not counts:
            continue
        first = max(counts, key=lambda literal: literal.value)
        factor = EPOCHS
        while factor == EPOCHS or (first.value < FEW and first.value * factor <= PLENTY):
            edit = scaled(first, factor)
            yield Experiment(
                "too-few-epochs",
                "epochs",
                first.piece,
                first.name or None,
                f"{first.piece.text} rounds are too few",
                instead(first, edit[2]),
                f"take {edit[2]}",
                (edit,),
                tier=2,
            )
            factor *= EPOCHS
        return


def _loop_node(text: Source, loop: Loop) -> ast.For | ast.While | None:
    return next(
        (
            node
            for node in ast.walk(text.tree)
            if isinstance(node, (ast.For, ast.While))
            and (node.lineno, node.end_lineno) == (loop.line, loop.end_line)
        ),
        None,
    )
