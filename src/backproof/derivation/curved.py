"""The update of the second-order methods, in which all weights move together: the equation that their step solves.

The step is taken by the optimiser itself. That it solves the equation is the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.derivation.scene import TOLERANCE, Scene
from backproof.derivation.steps import Form, Proof, Table
from backproof.derivation.typeset import Math, joined, name, row, shown, sign, word
from backproof.engine import engine
from backproof.network import Network
from backproof.problem import Problem


@dataclass(frozen=True)
class Equation:
    """What a step solves, one number in it chosen by the method.

    Attributes:
        idea: in words.
        left, right: the equation's sides.
        chosen: what the method chose, in words.
        solve: from step, gradient and problem, that number, and both sides with it.
    """

    idea: str
    left: Math
    right: Math
    chosen: str
    solve: Callable[[Array, Array, Problem], tuple[float, Array, Array]]


def _along(step: Array, gradient: Array, problem: Problem) -> tuple[float, Array, Array]:
    """step = -alpha gradient: alpha by least squares."""
    length = float(-(step @ gradient) / (gradient @ gradient))
    return length, step, -length * gradient


def _damped(step: Array, gradient: Array, problem: Problem) -> tuple[float, Array, Array]:
    """(G + mu I) step = -gradient: mu by least squares."""
    curved = problem.gauss_newton()[2] @ step
    damping = float(-(gradient + curved) @ step / (step @ step))
    return damping, curved + damping * step, -gradient


STEP, GRADIENT = word("step"), word("gradient")
MINUS_GRADIENT = row(name("−"), GRADIENT)

EQUATIONS = {
    "l-bfgs": Equation(
        "L-BFGS remembers the last steps and how the gradient changed over them, and guesses the curvature from that. "
        "Its first step has no memory: it goes along the negative gradient, as far as a line search finds good.",
        STEP,
        row(name("−"), name("α"), GRADIENT),
        "α, found by the line search",
        _along,
    ),
    "levenberg-marquardt": Equation(
        "Levenberg-Marquardt solves a linear equation for the steps of all weights at once. G is the Gauss-Newton matrix, "
        "the part of the curvature that the first derivatives give. The damping μ shortens the step, and turns it towards "
        "the negative gradient, until the loss falls.",
        row(name("("), joined([name("G"), row(name("μ"), name("I"))], sign("+")), name(")"), STEP),
        MINUS_GRADIENT,
        "μ, the damping at which the loss fell",
        _damped,
    ),
}


def moved(scene: Scene, given: str, network: Network, gradient: Array) -> tuple[Form, Table, Proof]:
    """The equation, what the method chose in it, and the proof that the step to `network` solves it."""
    equation = EQUATIONS[given]
    here = scene.here.network
    problem = Problem(here, scene.X, scene.Y, scene.decay, engine("reference"))
    step = network.parameters - here.parameters
    if not step.any():  # the gradient is 0: there is nowhere to go
        chosen, difference = 0.0, float(np.abs(gradient).max())
    else:
        chosen, left, right = equation.solve(step, gradient, problem)
        difference = float(np.abs(left - right).max() / np.abs(right).max())
    proof = Proof(
        "numerical", difference, difference <= TOLERANCE, ("the step solves the equation",)
    )
    form = Form(equation.left, equation.right, ("all weights and biases in one vector",))
    return form, Table(("chosen", ""), (((equation.chosen,), (shown(chosen),)),)), proof
