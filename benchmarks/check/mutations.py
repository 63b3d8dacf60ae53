"""The kinds of mistakes, one row each, and the choice of mutants.

KINDS      kind -> how to make it
CONTROLS   kinds that are no mistakes
candidates every mutant of one kind, in an order that a hash decides
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import controls
import memory
import names
import products
import signs
import slopes
import statements
import store
from expressions import Mutants
from program import Mutant, Program

MISTAKES: dict[str, Callable[[Program], Mutants]] = {
    # slopes and losses
    "missing-slope": slopes.missing_slope,
    "slope-of-wrong-quantity": slopes.slope_of_wrong_quantity,
    "slope-of-another-layer": slopes.slope_of_another_layer,
    "needless-slope": slopes.needless_slope,
    "softmax-jacobian": slopes.softmax_jacobian,
    "softmax-axis": slopes.softmax_axis,
    "other-printout": slopes.other_printout,
    # the wrong thing
    "wrong-activation": names.wrong_activation,
    "wrong-delta": names.wrong_delta,
    "wrong-weight": names.wrong_weight,
    "raw-error-back": names.raw_error_back,
    "delta-alone": names.delta_alone,
    "wrong-index": names.wrong_index,
    "short-range": names.short_range,
    # signs
    "error-sign": signs.error_sign,
    "update-sign": signs.update_sign,
    "momentum-sign": signs.momentum_sign,
    "decay-sign": signs.decay_sign,
    # shapes
    "elementwise-for-matrix": products.elementwise_for_matrix,
    "matrix-for-elementwise": products.matrix_for_elementwise,
    "missing-transpose": products.missing_transpose,
    "needless-transpose": products.needless_transpose,
    "swapped-indices": names.swapped_indices,
    "outer-for-elementwise": products.outer_for_elementwise,
    "elementwise-for-outer": products.elementwise_for_outer,
    "wrong-axis": products.wrong_axis,
    "summed-over-units": products.summed_over_units,
    "flat-against-column": products.flat_against_column,
    "last-example-only": products.last_example_only,
    # the course of things
    "update-before-use": statements.update_before_use,
    "not-reset": statements.accumulator_not_reset,
    "overwritten": statements.accumulator_overwritten,
    "out-of-loop": statements.out_of_loop,
    "into-loop": statements.into_loop,
    "stale-activations": statements.stale_activations,
    # memory
    "not-updated": memory.not_updated,
    "rebound": memory.rebound,
    "copy-removed": memory.copy_removed,
    "integer-arrays": memory.integer_arrays,
}

CONTROLS: dict[str, Callable[[Program], Mutants]] = {
    "control-rate": controls.other_rate,
    "control-mean": controls.mean_for_sum,
    "control-words": controls.other_words,
    "control-order": controls.other_order,
    "control-name": controls.other_name,
    "control-spelling": controls.other_spelling,
}
BENIGN = ("control-rate", "control-mean")  # by construction, whatever the law makes of a factor

KINDS = MISTAKES | CONTROLS


def candidates(program: Program, kind: str) -> list[Mutant]:
    """Every mutant of one kind; each text once."""
    made = (mutant for mutant in KINDS[kind](program) if mutant is not None)
    by_source = {mutant.source: replace(mutant, kind=kind) for mutant in made}
    return sorted(by_source.values(), key=lambda mutant: store.digest(kind, mutant.source))
