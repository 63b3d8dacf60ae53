"""Phase 8a: all examples of a batch where one is read: `delta[-1]`, `np.outer(a[0], delta[0])`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.checking.repair.names import Names
from backproof.checking.repair.text import Text

ROWS = ("-1:", ":1")  # of one example, as a table
ROW = ("-1", "0")  # as a vector


def one_example_rule(text: Text, node: ast.expr, names: Names) -> Iterator[tuple[str, str]]:
    """The sum over all examples in place of one of them."""
    if isinstance(node, ast.Subscript) and text.of(node.slice) in (*ROW, *ROWS):
        value = text.of(node.value)
        if len(names.shapes.get(value, ())) == 2 and names.numpy:
            yield "last-example-only", f"np.sum({value}, axis=0)"
            yield "last-example-only", f"np.sum({value}, axis=0, keepdims=True)"
        if len(names.shapes.get(value, ())) == 1:
            yield "last-example-only", f"np.sum({value})" if names.numpy else f"sum({value})"


def all_examples_rule(text: Text, node: ast.expr, names: Names) -> Iterator[tuple[str, str]]:
    """The product of all examples' values in place of the outer product of one's."""
    outer = isinstance(node, ast.Call) and text.of(node.func).endswith("outer")
    if outer and isinstance(node, ast.Call) and len(node.args) == 2:
        one, two = node.args
        if isinstance(one, ast.Subscript) and isinstance(two, ast.Subscript):
            if text.of(one.slice) == text.of(two.slice) in ROW:
                yield "last-example-only", names.dot(f"{text.of(one.value)}.T", text.of(two.value))
