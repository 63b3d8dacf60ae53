"""A derivation as one JSON object: every formula as text and as LaTeX, every number in full."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from backproof.derivation.latex_math import latex_math
from backproof.derivation.steps import Chain, Form, Numbers, Proof, Step, Table
from backproof.derivation.text import sentence
from backproof.derivation.text_math import text_math
from backproof.derivation.typeset import Fence, Fraction, Labelled, Math, Root, Row, Script, Total

if TYPE_CHECKING:
    from backproof.derivation.explain import Derivation


def render(derivation: Derivation) -> str:
    """Every step that was asked for."""
    return json.dumps(as_data(derivation), indent=1, ensure_ascii=False) + "\n"


def as_data(derivation: Derivation) -> dict[str, Any]:
    """The same as plain data."""
    scene = derivation.scene
    return {
        "network": {
            "sizes": list(scene.network.sizes),
            "activations": [row.name for row in scene.network.activations],
            "loss": scene.network.loss.name,
        },
        "batch": scene.batch,
        "reduction": scene.reduction,
        "weight_decay": scene.decay,
        "notation": scene.notation.title,
        "optimizer": derivation.optimizer.name,
        "proved": derivation.proved,
        "steps": [_step(step) for step in derivation.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "key": step.key,
        "part": step.part,
        "title": sentence(step.title),
        "question": sentence(step.question),
        "reason": [sentence(paragraph) for paragraph in step.reason],
        "chains": [_chain(chain) for chain in step.chains],
        "forms": [_form(form) for form in step.forms],
        "numbers": [_numbers(numbers) for numbers in step.numbers],
        "tables": [_table(table) for table in step.tables],
        "proofs": [_proof(proof) for proof in step.proofs],
        "proved": step.proved,
    }


def _math(math: Math) -> dict[str, str]:
    return {"text": text_math(math).strip(), "latex": latex_math(math)}


def _chain(chain: Chain) -> dict[str, Any]:
    links = [
        {**_math(link.math), "reason": sentence(link.reason), "value": link.value}
        for link in chain.links
    ]
    return {"case": sentence(chain.case), "links": links}


def _form(form: Form) -> dict[str, Any]:
    shapes = [
        {"factor": text_math(one.inner).strip(), "shape": one.label} for one in factors(form.right)
    ]
    return {
        "left": _math(form.left),
        "right": _math(form.right),
        "shapes": shapes,
        "reason": sentence(form.reason),
    }


def factors(math: Math) -> Iterator[Labelled]:
    """The factors of a formula that have a shape, from left to right."""
    match math:
        case Labelled():
            yield math
        case Row(items):
            for item in items:
                yield from factors(item)
        case Fraction(top, bottom):
            yield from factors(top)
            yield from factors(bottom)
        case Script(base, _, above):
            yield from factors(base)
            if above is not None:
                yield from factors(above)
        case Fence(inner) | Root(inner):
            yield from factors(inner)
        case Total(body):
            yield from factors(body)


def _numbers(numbers: Numbers) -> dict[str, Any]:
    return {
        "name": _math(numbers.name),
        "shape": list(numbers.array.shape),
        "values": numbers.array.tolist(),
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [[sentence(cell).strip() for cell in line] for line in table.rows]
    return {"headings": list(table.headings), "rows": rows}


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "of": sentence(proof.subject),
        "kind": proof.kind,
        "difference": proof.difference,
        "holds": proof.holds,
    }
