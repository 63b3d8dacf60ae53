"""The catalogue as Markdown: one page for each mistake, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable

from backproof.checking.mistakes import GROUPS, mistake
from backproof.checking.mistakes.mistake import Mistake

# The headings of a story, in this order
SECTIONS = ("What goes wrong", "Why", "How to recognise it", "How to mend it")

INDEX = """\
# Mistakes in backpropagation

Each finding of `backproof check` names the kind of mistake, as in `error[update-without-input]`. These are their
stories; `backproof explain CODE` prints them too.

They share one notation. Examples are the rows of X; ∘ is the product entry by entry. For two layers

    z₁ = X W₁ + b₁      a₁ = f₁(z₁)      z₂ = a₁ W₂ + b₂      a₂ = f₂(z₂)      L = loss(a₂, y)

    δ₂ = ∂L/∂z₂                          ∂L/∂W₂ = a₁ᵀ δ₂      ∂L/∂b₂ = Σ δ₂ over the examples
    δ₁ = ∂L/∂z₁ = (δ₂ W₂ᵀ) ∘ f₁′(z₁)     ∂L/∂W₁ = Xᵀ δ₁       ∂L/∂b₁ = Σ δ₁ over the examples
"""


def page(mistake: Mistake, refer: Callable[[str], str] = "`{}`".format) -> str:
    """The story as one Markdown text; `refer` makes the reference to another mistake from its code."""
    parts = [
        f"# {mistake.title}",
        f"`{mistake.severity}[{mistake.code}]`",
        mistake.summary,
        mistake.story.strip(),
        f"## Wrong\n\n```python\n{mistake.wrong}```",
        f"## Right\n\n```python\n{mistake.right}```",
    ]
    if mistake.see_also:
        parts.append(f"See also {', '.join(map(refer, mistake.see_also))}.")
    return "\n\n".join(parts) + "\n"


def index(refer: Callable[[str], str] = "`{}`".format) -> str:
    """The table of all mistakes as one Markdown text."""
    parts = [INDEX.strip()]
    for heading, codes in GROUPS.items():
        rows = [f"| {refer(code)} | {mistake(code).summary} |" for code in codes]
        parts.append("\n".join([f"## {heading}\n", "| code | what it is |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def files() -> dict[str, str]:
    """File name: content, of every page of `docs/mistakes`."""
    pages = {
        f"{code}.md": page(mistake(code), _link) for group in GROUPS.values() for code in group
    }
    return {"README.md": index(_link), **pages}


def _link(code: str) -> str:
    return f"[{code}]({code}.md)"
