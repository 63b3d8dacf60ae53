"""Phase 8a: other texts for a part of an expression, each the inverse of a mistake that people make. One rule each, in one table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from backproof.checking.repair.exchanged import member_rule, order_rule
from backproof.checking.repair.names import Names
from backproof.checking.repair.one_example import all_examples_rule, one_example_rule
from backproof.checking.repair.products import (
    Rewrite,
    chain_rule,
    division_rule,
    fewer_rule,
    product_rule,
    sign_rule,
    term_rule,
    transpose_rule,
)
from backproof.checking.repair.reductions import axis_rule, jacobian_rule, shape_rule, sum_rule
from backproof.checking.repair.slope_rules import formula_rule, operand_rule, slope_rule
from backproof.checking.repair.swaps import (
    branch_rule,
    delta_rule,
    everywhere_rule,
    from_end_rule,
    index_rule,
    letter_rule,
    made_rule,
    object_rule,
    other_list_rule,
    raw_rule,
    swap_rule,
)
from backproof.checking.repair.text import Text
from backproof.checking.repair.undone import decay_rule, elu_rule, leak_rule, mask_rule, power_rule

EXPRESSION_RULES: tuple[tuple[Callable[[Text, ast.expr, Names], Iterator[Rewrite]], float], ...] = (
    (sign_rule, 0.3),
    (product_rule, 0.4),
    (transpose_rule, 0.5),
    (sum_rule, 0.45),
    (slope_rule, 0.5),
    (formula_rule, 0.45),
    (operand_rule, 0.55),
    (fewer_rule, 0.6),
    (term_rule, 0.35),
    (chain_rule, 0.6),
    (letter_rule, 0.4),
    (made_rule, 0.25),
    (delta_rule, 0.25),
    (swap_rule, 0.7),
    (member_rule, 0.65),
    (order_rule, 0.6),
    (index_rule, 0.7),
    (from_end_rule, 0.35),
    (raw_rule, 0.6),
    (object_rule, 0.55),
    (branch_rule, 0.5),
    (everywhere_rule, 0.55),
    (one_example_rule, 0.5),
    (all_examples_rule, 0.45),
    (division_rule, 0.2),
    (axis_rule, 0.6),
    (shape_rule, 0.6),
    (jacobian_rule, 0.4),
    (other_list_rule, 0.35),
    (leak_rule, -0.1),  # two leaks in one program
    (mask_rule, 0.3),
    (decay_rule, 0.1),
    (power_rule, 0.4),
    (elu_rule, 0.35),
)
