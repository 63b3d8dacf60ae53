"""Where the steps of a loop begin: an iteration may start with the update that the one before has computed.

while error > 0.01:            the updates come first, and use what the iteration before left behind:
    W -= rate * gradient       a step begins where the forward pass does
    output = forward(X)
    gradient = ...
"""

from __future__ import annotations

from collections.abc import Sequence

from backproof.checking.process.state import last_name
from backproof.checking.reading.roles import Reading
from backproof.checking.reading.steps import Steps
from backproof.checking.source.places import Loop, Place, Statement
from backproof.checking.source.split import Split
from backproof.checking.source.syntax import READ

SEVERAL = 1.5  # new values for each number


def later_beginning(
    steps: Steps, reading: Reading, statements: Sequence[Statement], loop: Loop
) -> Split | None:
    """The first statement after the updates, where the output meets its target after them all; None where it does not."""
    meeting, trace, places = reading.meeting, steps.base[-1], steps.places
    if meeting is None:
        return None
    weights = {last_name(path) for path in reading.paths}
    heads = [places[head[0]] for head in trace.heads]
    updates = [i for i, place in enumerate(heads) if _stores(place, weights)]
    met = [i for i, place in enumerate(heads) if place.index in (meeting.place, *meeting.twins)]
    last = (
        met[-1] if updates and met and met[-1] > updates[-1] else len(heads)
    )  # or by another line
    after = heads[updates[-1] + 1 : last] if updates else []
    if not any(place.kind in READ and last_name(place.text) in weights for place in after):
        return None  # no forward pass lies between
    before = {place.statement for place in heads[: updates[-1] + 1]}
    for place in heads[updates[-1] + 1 :]:
        statement = statements[place.statement]
        inside = statement.scope == loop.scope and loop.line < statement.line <= loop.end_line
        if inside and place.statement not in before:
            lines = steps.source.split("\n")
            return Split(loop.index, statement.line, lines[statement.line - 1].strip())
    return None


def updates_once(steps: Steps, reading: Reading) -> bool:
    """Whether a step gives each number of the weights one new value, not one after the other."""
    weights = {last_name(path) for path in reading.paths}
    total = sum(steps.tensors[path].values.size for path in reading.paths)
    added = sum(
        event.numbers.size
        for event in steps.base[-1].events
        if event.numbers is not None and steps.places[event.place].kind != "store"
        if last_name(steps.places[event.place].target) in weights
    )
    return added < SEVERAL * total


def _stores(place: Place, weights: set[str]) -> bool:
    """Whether a weight gets a new value here."""
    named = bool(place.target) and last_name(place.target) in weights
    return named and (place.kind == "store" or bool(place.augmented))
