"""What is computed from what, one layer to a line: the network's diagram where nothing can be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from backproof.derivation.latex_math import latex_math
from backproof.derivation.scene import Scene
from backproof.derivation.text_math import text_math
from backproof.derivation.typeset import Math, joined, sign


def _layers(scene: Scene) -> Iterator[tuple[Math, Math, Math, str, Math, Math | None]]:
    """Before, weights and biases, z, function, a, and behind the last layer C."""
    math = scene.notation.math
    for layer in range(2, scene.last + 1):
        inward = [math("W", layer)] + ([] if scene.notation.bias_row else [math("b", layer)])
        function = scene.network.activations[layer - 2].name
        end = math("C") if layer == scene.last else None
        yield (
            math("a", layer - 1),
            joined(inward, sign(",")),
            math("z", layer),
            function,
            math("a", layer),
            end,
        )


def flow_text(scene: Scene) -> Iterator[str]:
    """For a terminal."""
    for before, inward, z, function, a, end in _layers(scene):
        front, middle = (
            f"{text_math(before)} ──[ {text_math(inward)} ]──▶ ",
            f" ──[ {function} ]──▶ ",
        )
        yield (
            front + text_math(z) + middle + text_math(a) + (f" ──▶ {text_math(end)}" if end else "")
        )


def flow(scene: Scene) -> str:
    """As one formula of LaTeX."""
    lines = []
    for before, inward, z, function, a, end in _layers(scene):
        front = rf"{latex_math(before)} &\xrightarrow{{{latex_math(inward)}}} {latex_math(z)}"
        back = rf" \xrightarrow{{\text{{{function}}}}} {latex_math(a)}"
        lines.append(front + back + (rf" \longrightarrow {latex_math(end)}" if end else ""))
    return "\\begin{aligned}\n" + " \\cr\n".join(lines) + "\n\\end{aligned}"
