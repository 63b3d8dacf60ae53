"""What the quantities of a derivation are called in the program, and which of its lines compute them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from os.path import basename
from typing import Any

import numpy as np

from backproof.checking.reading.judge import Judgement
from backproof.checking.source.read import Program
from backproof.derivation import steps
from backproof.derivation.explain import Derivation
from backproof.derivation.scene import Scene
from backproof.optimizers import Optimizer
from backproof.recognition.layers import Layer
from backproof.recognition.seen import Seen, Step

PROPORTIONAL = 1e-7
LONGEST = 24  # characters of a name that is put into formulas


class Own:
    """Which quantity is called what in the program, and in which line."""

    def __init__(self, step: Step, program: Program, judged: Judgement, scene: Scene) -> None:
        self.step, self.program, self.judged, self.scene = step, program, judged, scene

    def names(self, layers: Sequence[Layer]) -> dict[str, str]:
        """The names that belong to one quantity alone, for formulas."""
        found: dict[str, str] = {}
        for number, layer in enumerate(layers, 2):
            if not layer.bias_row or self.scene.notation.bias_row:
                found |= {f"{kind}{number}": own for kind, own in layer.names.items()}
        meeting = self.judged.reading.meeting
        if meeting is not None:
            found["y"] = self.judged.steps.places[meeting.target].text.partition("[")[0]
        for kind, layer_number in self._quantities():
            key = f"{kind}{layer_number}"
            same = self.of(kind, layer_number)
            called = [one.name for one, factor in same if one.name and factor == 1]
            named = next((name for name in called if "[" not in name), "")
            if named:
                found[key] = named
        taken = list(found.values())
        own = {
            key: name
            for key, name in found.items()
            if taken.count(name) == 1 and len(name) <= LONGEST and name.isprintable()
        }
        if self.scene.notation.bias_row:  # one array holds both
            own |= {f"b{key[1:]}": name for key, name in own.items() if key[0] == "W"}
        return own

    def _quantities(self) -> Iterator[tuple[str, int]]:
        yield "a", 1
        for layer in range(2, self.scene.last + 1):
            yield from (("z", layer), ("a", layer), ("delta", layer))

    def of(self, kind: str, layer: int) -> list[tuple[Seen, float]]:
        """What equals a quantity up to one factor, and the factor; what has a name and is exact first."""
        here = self.scene.here
        truth = here.gradient(kind[1:], layer) if kind in ("dW", "db") else here[kind, layer]
        table = truth.reshape(1, -1) if truth.ndim == 1 else truth
        size = float(np.vdot(table, table))
        found = []
        for one in self._at_work(kind):
            if not size or one.table.shape != table.shape:
                continue
            factor = float(np.vdot(one.table, table)) / size
            rest = float(np.abs(one.table - factor * table).max())
            if factor and rest <= PROPORTIONAL * abs(factor) * float(np.abs(table).max()):
                factor = 1.0 if abs(factor - 1) < PROPORTIONAL else factor
                if factor == 1 or (kind[0] == "d" and self._is_factor(factor)):
                    found.append((one, factor))
        return sorted(found, key=lambda f: (not f[0].name, f[1] != 1, f[0].position))

    def _at_work(self, kind: str) -> Iterator[Seen]:
        """What was computed on the way forward, or on the way back."""
        first, last = self.step.met
        back = kind[0] == "d"
        return (s for s in self.step.seen if (s.position >= first if back else s.position <= last))

    def _is_factor(self, factor: float) -> bool:
        """Whether a derivative may have it: a sign, a two of the squares, the batch's size, a learning rate."""
        rows = len(self.scene.X)
        rates = [
            law.rates[0] for law in self.judged.reading.laws.values() if law.right and law.rates
        ]
        plain = [scale * one for scale in (1, rows, 1 / rows) for one in (1, 2, 0.5, *rates)]
        return any(abs(abs(factor / one) - 1) < PROPORTIONAL for one in plain if one)

    def update(self) -> str:
        """How the program's weights were seen to move."""
        reading, file = self.judged.reading, basename(self.program.file)
        told = [
            f"{group} by {-law.rates[0]:.4g} times the slope of {reading.name}"
            for group, law in reading.laws.items()
            if law.right and law.rates
        ]
        if reading.wrong:
            told.append(f"{', '.join(reading.wrong)} by no multiple of the slope")
        return f"In {file} a step moves {'; '.join(told)}." if told else ""

    def sentence(self, kind: str, layer: int) -> str:
        """Where the program computes a quantity; "" where there is nothing to say of it."""
        found = self.of(kind, layer)
        file = basename(self.program.file)
        if not found and kind[0] != "d":
            return ""  # what goes forward was found, in pieces or inside an expression
        if not found and not self.judged.wrong:
            return f"In {file}: it is not computed as one value, but the updates follow it."
        if not found:
            return (
                f"In {file}: no value of this step equals it, in either sign. Where one should, the line is "
                f"wrong: backproof check {file} names it."
            )
        one, factor = found[0]
        _, cell, line = self.program.place(one.line)
        place = f"line {line}" if cell is None else f"cell {cell}, line {line}"
        called = f" as {one.name}" if one.name else ""
        times = "" if factor == 1 else f", times {factor:.6g}"
        return f"In {file}: {place} computes it{called}{times}."


class OwnDerivation(Derivation):
    """With a sentence at each step on the line of the program that computes it."""

    def __init__(self, scene: Scene, given: Optimizer, only: tuple[str, ...], own: Own) -> None:
        super().__init__(scene, given, only)
        self.own = own
        self._quantity = self._by_key()

    def _by_key(self) -> dict[str, tuple[str, int]]:
        key = self.scene.notation.key
        out: dict[str, tuple[str, int]] = {}
        for layer in range(2, self.scene.last + 1):
            out |= {key(kind, layer): (kind, layer) for kind in ("z", "a", "delta")}
            out |= {f"d{key(kind, layer)}": (f"d{kind}", layer) for kind in ("b", "W")}
        return out

    def _sentence(self, key: str) -> str:
        if key == "update":
            return self.own.update()
        return self.own.sentence(*self._quantity[key]) if key in self._quantity else ""

    def _step(self, one: Any) -> steps.Step:
        known = one.key in self._made
        step = super()._step(one)
        sentence = "" if known else self._sentence(one.key)
        if sentence:
            step = self._made[one.key] = replace(step, reason=(*step.reason, (sentence,)))
        return step
