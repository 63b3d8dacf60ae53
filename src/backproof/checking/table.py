"""Phase 7: every line of the backward pass, with what it really is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backproof.checking.findings import name_at, update_line
from backproof.checking.process.session import Host
from backproof.checking.reading.intervene import derivatives, named
from backproof.checking.repair.scene import Scene
from backproof.checking.source.lines import changes
from backproof.diagnostic.finding import Line

ENOUGH_TIME = 8.0  # seconds that must be left for it


def lines_of(host: Host, file: str, scene: Scene, bad: frozenset[int]) -> tuple[Line, ...]:
    """Every statement of the backward pass that has a name in the language of the chain rule, and every one at fault."""
    judgement = scene.judgement
    symbol = judgement.reading.symbol
    rows: dict[tuple[int, str], Line] = {}
    if host.left() > ENOUGH_TIME and judgement.measured.count > 2:
        numbers = [1, 2]
        units = derivatives(judgement, scene.places, numbers)
        for index in scene.influence:
            statement = scene.statements[index]
            for place in scene.places:
                if place.statement != index or not place.target or place.kind == "store":
                    continue
                values = [judgement.steps.base[n].values(place.index) for n in numbers]
                if not units or any(v is None for v in values):
                    continue
                shape = next(
                    (e.shape for e in judgement.steps.base[1].events if e.place == place.index), ()
                )
                match = named([v for v in values if v is not None], shape, units)
                if match is not None:
                    what = f"{match.factor:.6g} * {symbol}/d({match.unit.text})"
                    what += " transposed" if match.turned else ""
                    rows[statement.line, place.target] = Line(
                        file, statement.line, place.target, what, True, match.difference
                    )
    for group, law in judgement.reading.laws.items():
        line = update_line(scene, group)
        if law.right and law.rates and line not in bad:
            rate = law.rate
            rows[line, group] = Line(
                file, line, group, f"-{rate:.6g} * {symbol}/d({group})", True, law.residual
            )
    for line in bad:
        name = name_at(scene, line)
        rows = {key: value for key, value in rows.items() if key[0] != line}
        rows[line, name] = Line(file, line, name, "", False, None)
    return tuple(sorted(rows.values(), key=lambda row: row.line))


def at_home(rows: Sequence[Line], source: str, edited: str) -> tuple[Line, ...]:
    """Rows of an edited program, as far as their lines stand in the program as it was given."""
    blocks = changes(source.split("\n"), edited.split("\n"))
    home = {
        new + 1: old + 1
        for a, b, c, d in blocks
        if b - a == d - c
        for old, new in zip(range(a, b), range(c, d), strict=True)
    }
    return tuple(replace(row, line=home[row.line]) for row in rows if row.line in home)
