"""The names that a statement may use, with shapes, and how this program writes its products and slopes."""

from __future__ import annotations

import re
from collections.abc import Callable

from backproof.checking.process.state import last_name
from backproof.checking.repair.scene import Scene

MOST_AKIN, MOST_RANKED = 8, 16


class Names:
    """The names that a statement may use, with shapes, and how this program writes its products."""

    def __init__(self, scene: Scene, scope: str, made: str = "") -> None:
        self.scene = scene
        self.made = made  # what the statement computes
        self.scope = scope
        top = scene.scopes.get("", {})
        self.shapes = {**top, **scene.scopes.get(scope, {})}
        self.matrices = scene.matrices
        source = scene.source
        self.dots: list[Callable[[str, str], str]] = []
        if "@" in source:
            self.dots.append(lambda a, b: f"{a} @ {b}")
        if ".dot(" in source and "np.dot(" not in source:
            self.dots.append(lambda a, b: f"{a}.dot({b})")
        self.dots.append(lambda a, b: f"np.dot({a}, {b})")
        if scene.matrices:
            self.dots = [lambda a, b: f"{a}.dot({b})"]
        self.numpy = NUMPY.search(source) is not None
        self.leaks = leaks(source) if self.numpy else []

    def is_weight(self, name: str) -> bool:
        """Whether a name is that of a weight, or of a part of it."""
        paths = self.scene.judgement.reading.paths
        return last_name(name) in {last_name(path) for path in paths}

    def is_of_unit(self, name: str) -> bool:
        """Whether a name may be a value of the forward pass: no weight, and nothing of the backward pass."""
        later = self.scene.later
        return not (self.is_weight(name) or name in later or name.split("[")[0] in later)

    def times(self, a: str, b: str) -> str:
        """Elementwise product."""
        return f"np.multiply({a}, {b})" if self.matrices else f"{a} * {b}"

    def dot(self, a: str, b: str) -> str:
        """Matrix product, as this program writes it."""
        return self.dots[0](a, b)

    def alike(self, name: str, limit: int = 14) -> list[str]:
        """Other names of the same shape, or of the transposed one; `w2` for `w1`, and `n.y` for `o.y`, before all others."""
        shape = self.shapes.get(name)
        if shape is None:
            return []
        same = [n for n, s in self.shapes.items() if s == shape and n != name]
        turned = [
            f"{n}.T" for n, s in self.shapes.items() if len(s) == 2 and s == shape[::-1] != shape
        ]
        near = [n for n in same if n in self.scene.scopes.get(self.scope, {})]
        found = dict.fromkeys([*near, *same, *turned])
        return sorted(found, key=lambda other: not akin(name, other))[:limit]

    def of_like_rank(self, name: str, limit: int = 12) -> list[str]:
        """Other names of as many dimensions, those of the statement's own function first: another layer's values."""
        rank = len(self.shapes.get(name, ()))
        near = self.scene.scopes.get(self.scope, {})
        found = [n for n, s in self.shapes.items() if len(s) == rank > 0 and n != name]
        return sorted(found, key=lambda n: n not in near)[:limit]

    def instead_of(self, name: str) -> list[str]:
        """What may be meant where a name stands: others of its shape, those of its rank that differ in a letter or digit, or have the shape of what is computed, others of its rank."""
        ranked = self.of_like_rank(name, len(self.shapes))
        near = [other for other in ranked if akin(name, other)][:MOST_AKIN]
        shape = self.shapes.get(self.made)
        fitting = [other for other in ranked if self.shapes[other] == shape][:MOST_AKIN]
        return list(dict.fromkeys([*self.alike(name), *near, *fitting, *ranked[:MOST_RANKED]]))

    def arrays(self) -> list[str]:
        """Names of arrays."""
        return [n for n, s in self.shapes.items() if len(s) >= 1]


NUMPY = re.compile(r"\bnp\b|\bnumpy\b")
LEAK = re.compile(r"(?<![\w.])(0?\.\d+) ?\* ?[A-Za-z]|[\w)\]] ?\* ?(0?\.\d+)(?![\w.])")
KINK = re.compile(r"[<>]=? ?0|maximum\(|where\(|max\(")


def leaks(source: str) -> list[str]:
    """The slopes of leaky rectifiers, as they stand in lines that have a kink."""
    lines = [line for line in source.split("\n") if KINK.search(line)]
    found = [one or two for line in lines for one, two in LEAK.findall(line)]
    return list(dict.fromkeys(found))[:2]


def akin(one: str, other: str) -> bool:
    """Whether two names differ in one letter or digit, or are one attribute of two objects."""
    attribute = one.rpartition(".")[2]
    return one_letter_apart(one, other) or ("." in one and other.endswith(f".{attribute}"))


def one_letter_apart(one: str, other: str) -> bool:
    """Whether two names differ in one letter or digit."""
    same = len(one) == len(other)
    return same and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def slopes_of(name: str, names: Names) -> list[str]:
    """Ways to write the slope of an activation from its value; none for what no forward pass has computed."""
    if not names.is_of_unit(name):
        return []
    one = f"1 - {name}"
    plain = [
        names.times(name, f"({one})"),
        f"(1 - {names.times(name, name)})",
        f"(1 - {name} ** 2)",
    ]
    if names.matrices:
        plain = [f"np.multiply({name}, {one})", f"(1 - np.multiply({name}, {name}))"]
    calls = [f"{function}({name})" for function in names.scene.slopes]
    flagged = [
        f"{function}({name}, True)"
        for function in names.scene.functions
        if "True" in names.scene.source
        and f"def {function.replace('self.', '')}(" in names.scene.source
    ]
    flags = [n for n in names.scene.scopes.get(names.scope, {}) if n in names.scene.whole][:6]
    pairs = [f"{function}({name}, {flag})" for function in names.scene.pairs for flag in flags]
    leaky = [f"np.where({name} > 0, 1.0, {leak})" for leak in names.leaks]
    return [*calls, *pairs, *plain, *flagged, f"({name} > 0)", *leaky]
