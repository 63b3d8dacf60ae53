"""How the tables' formulas are spelt in a program: as NumPy code, and as text in a comment.

    numpy_code     "1/(1 + exp(-z))" -> "1 / (1 + np.exp(-z))", for a program
    text           "(a - y)**2/2"    -> "(a - y)²/2", for a comment
    Block          lines of code, each beside its formula
    SPELLINGS      what an activation is called, and its code where the formula as it stands would not do

The formulas of `activations` and `losses` are in SymPy's syntax, which is Python's, so Python's own parser reads them.
SymPy's printer would put the terms into an order of its own and write Max(0, z) as np.amax((0, z), axis=0).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from backproof.activations import Activation

FUNCTIONS = {"exp": "np.exp", "log": "np.log", "tanh": "np.tanh", "Max": "np.maximum"}
WIDEST = 60  # columns of code; the comment beside a longer line just follows it


@dataclass(frozen=True)
class Spelling:
    """One activation in a program; what is empty comes from the formulas of its row."""

    symbol: str  # in comments
    value: str = ""  # NumPy code of f(z)
    slope: str = ""  # NumPy code of f'(z), from a
    body: tuple[str, ...] = ()  # of the function, where one expression is not enough


SPELLINGS = {
    "sigmoid": Spelling("σ"),
    # A step is plainer as a comparison than as Heaviside's function.
    "relu": Spelling("relu", slope="a > 0"),
    "leaky-relu": Spelling("leaky", "np.maximum(z, 0.01 * z)", "np.where(a > 0, 1, 0.01)"),
    # log(1 + exp(z)) and 1 - exp(-a), without overflow and without the loss of small digits.
    "softplus": Spelling(
        "softplus", "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "-np.expm1(-a)"
    ),
    # The formula is one unit's; the program needs all units of each row. Taking the largest z off changes nothing but
    # the overflow.
    "softmax": Spelling(
        "softmax",
        body=(
            "powers = np.exp(z - np.max(z, axis=1, keepdims=True))",
            "return powers / np.sum(powers, axis=1, keepdims=True)",
        ),
    ),
}


def spelling(activation: Activation) -> Spelling:
    """The activation's spelling; by its own name where the table has none."""
    return SPELLINGS.get(activation.name, Spelling(function_name(activation)))


def function_name(activation: Activation) -> str:
    """What the activation's function is called in a program."""
    return activation.name.replace("-", "_")


def value_code(activation: Activation) -> str:
    """NumPy code of f(z); empty where it takes more than one expression."""
    spelt = spelling(activation)
    return "" if spelt.body else spelt.value or numpy_code(activation.formula)


def slope_code(activation: Activation, a: str) -> str:
    """NumPy code of f'(z) from the variable that holds a = f(z)."""
    return numpy_code(spelling(activation).slope or activation.slope_formula, a=a)


def is_call(code: str) -> bool:
    """Whether the expression is a name or one call, which needs neither brackets nor a function of its own."""
    return isinstance(ast.parse(code, mode="eval").body, (ast.Name, ast.Call))


def numpy_code(formula: str, **names: str) -> str:
    """A table's formula as NumPy code, with its symbols renamed."""
    tree = ast.parse(formula, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, FUNCTIONS.get(node.id, node.id))
    return ast.unparse(tree)


class _Guard(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:  # the name is ast's
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and not isinstance(node.right, ast.Constant):
            guard = ast.parse("np.maximum(0, eps)", mode="eval").body
            assert isinstance(guard, ast.Call)
            guard.args[0] = node.right
            node.right = guard
        return node


def guarded(code: str) -> str:
    """The code with nothing divided by less than `eps`, as the losses do it: y / a -> y / np.maximum(a, eps)."""
    return ast.unparse(_Guard().visit(ast.parse(code, mode="eval")))


def text(formula: str, **names: str) -> str:
    """A table's formula as it stands in a comment, with its symbols renamed."""
    for name, new in names.items():
        formula = re.sub(rf"\b{name}\b", new, formula)
    return formula.replace("**2", "²").replace("*", " ")


class Block:
    """Lines of a program, each with the formula that stands beside it."""

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self.lines = list(lines)

    def add(self, code: str, comment: str = "") -> None:
        """One more line."""
        self.lines.append((code, comment))

    def extend(self, other: Block, indent: int = 0) -> None:
        """Every line of another block, `indent` levels deeper."""
        spaces = "    " * indent
        self.lines += [
            (spaces + code if code or comment else "", comment) for code, comment in other.lines
        ]

    def written(self) -> Iterator[str]:
        """The lines; the comments of lines without an empty one between them stand under each other."""
        for _, section in groupby(self.lines, key=lambda line: line != ("", "")):
            lines = list(section)
            widths = [len(code) for code, comment in lines if code.strip() and comment]
            column = max((width for width in widths if width <= WIDEST), default=0)
            for code, comment in lines:
                yield _beside(code, comment, column)


def _beside(code: str, comment: str, column: int) -> str:
    """One line; a comment without code is a remark on what follows."""
    if not comment:
        return code
    return f"{code:{column}}  # {comment}" if code.strip() else f"{code}# {comment}"
