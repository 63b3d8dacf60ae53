"""Part 6: every line of algebra, and every derivative beside its numerical estimate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import sympy

from backproof.arrays import Array
from backproof.derivation.scene import FEW, SAMPLE, TOLERANCE, Scene
from backproof.derivation.steps import Proof, Step, Table
from backproof.derivation.typeset import Math, Words, shown, small
from backproof.derivation.values import Entry
from backproof.gradient_check import STEP

EACH = 30  # derivatives that are shown one by one


def proof_step(scene: Scene, others: Iterable[Step]) -> Step:
    """The proofs of all other steps, and the gradient beside central differences."""
    algebra = tuple(_algebra(others))
    rows, proof = _derivatives(scene)
    return Step(
        "proof",
        "proof",
        ("Proof",),
        ("How do we know that all of this is so?",),
        (
            (
                "Algebra: each line of a local derivative minus the line before it simplifies to 0, in SymPy. Chains and "
                f"matrix formulas have the same value, line by line, at these numbers and at {len(scene.points)} random points, "
                "and where they stand for a derivative, the value that a finite difference gives"
                f"{_sampled(scene)}.",
            ),
            (
                f"Derivatives: the weight is moved up and down by a relative {small(STEP)}, and the loss computed both times; "
                "no formula of this page has a say in that.",
            ),
            *_kink(scene),
        ),
        tables=(
            Table(("step", "shown", "largest difference", ""), algebra),
            Table(("derivative", "chain rule", "measured", "difference"), tuple(rows)),
        ),
        proofs=(proof,),
    )


def _sampled(scene: Scene) -> str:
    """What is not measured one and all."""
    if max(weights.size for weights in scene.network.weights) <= FEW:
        return ""
    return f" (of a matrix with more than {FEW} numbers, {SAMPLE} are measured; the rest is compared with a backward pass in NumPy)"


def _kink(scene: Scene) -> tuple[Words, ...]:
    if not scene.here.on_an_edge:
        return ()
    return (
        (
            "Here a unit sits on the kink of its function, or an output is 0 or 1 to the last digit, where a finite "
            "difference is no derivative; so the formulas were proved at the random points alone, and the measured values below may differ.",
        ),
    )


def _algebra(steps: Iterable[Step]) -> Iterator[tuple[Words, ...]]:
    for step in steps:
        for kind in ("symbolic", "numerical"):
            found = [proof for proof in step.proofs if proof.kind == kind]
            if found:
                yield _summary(step, kind, found)


def _summary(step: Step, kind: str, found: list[Proof]) -> tuple[Words, ...]:
    worst = max(proof.difference for proof in found)
    what = f"{len(found)} {'derivation' if kind == 'symbolic' else 'chain'}{'s' if len(found) > 1 else ''}"
    mark = "holds" if all(proof.holds for proof in found) else "FAILS"
    difference = "0, exactly" if kind == "symbolic" else small(worst)
    return (step.key,), (f"{what}, {kind}",), (difference,), (mark,)


def _derivatives(scene: Scene) -> tuple[list[tuple[Words, ...]], Proof]:
    """One by one for a small network; for a large one the worst of each quantity, of a sample where it is very large."""
    here, worst = scene.here, 0.0
    rows: list[tuple[Words, ...]] = []
    singly = here.network.parameters.size <= EACH
    for layer in range(scene.last, 1, -1):
        for kind in "Wb":
            found = here.gradient(kind, layer)
            at = _chosen(found)
            measured = np.array([here.measured_entry(None, (kind, layer, place)) for place in at])
            derived = np.array([found[place] for place in at])
            scale = max(1.0, float(np.abs(measured).max()))
            off = np.abs(derived - measured)
            worst = max(worst, float(off.max()) / scale)
            kept = range(len(at)) if singly else [int(off.argmax())]
            drawn = f" of {found.size:,}" if found.size > len(at) else ""
            note = "" if singly else f" (worst of {len(at)}{drawn})"
            rows.extend(
                _row(scene, (kind, layer, at[n]), derived[n], measured[n], note) for n in kept
            )
    holds = worst <= TOLERANCE or here.on_an_edge
    return rows, Proof("numerical", worst, holds, ("every derivative, beside its estimate",))


def _chosen(array: Array) -> list[tuple[int, ...]]:
    every = list(np.ndindex(array.shape))
    if len(every) <= FEW:
        return every
    picked = np.random.default_rng(0).choice(len(every), FEW, replace=False)
    return [every[n] for n in sorted(picked)]


def _row(
    scene: Scene, entry: Entry, derived: float, measured: float, note: str
) -> tuple[Words, ...]:
    kind, layer, place = entry
    math: Math = scene.partial(kind, layer, *(sympy.Integer(n + 1) for n in place))
    difference = small(abs(derived - measured))
    return (math, note) if note else (math,), (shown(derived),), (shown(measured),), (difference,)
