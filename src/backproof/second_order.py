"""Second-order training on all rows at once: L-BFGS and Levenberg-Marquardt.

An epoch is an iteration of the method: one accepted step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.arrays import Array
from backproof.monitor import Monitor
from backproof.optimizers import LBFGS, LevenbergMarquardt
from backproof.problem import Problem
from backproof.settings import Settings

FLAT = 1e-10  # a gradient with no entry above it is zero for every practical purpose
TINY = float(np.finfo(np.float64).tiny)
LIMITS_REACHED = 1  # L-BFGS-B's status when it ran out of iterations or evaluations
MAX_DAMPING = 1e12  # beyond it a step changes nothing


def lbfgs(optimizer: LBFGS, problem: Problem, settings: Settings, monitor: Monitor) -> None:
    """Minimise by SciPy's L-BFGS-B, which works in float64; the network keeps its own precision."""
    from scipy.optimize import OptimizeResult, minimize

    parameters = problem.network.parameters

    def objective(point: Array) -> tuple[float, Array]:
        parameters[:] = point
        loss, gradient = problem.gradient()
        return loss, gradient.astype(np.float64)

    def iteration(intermediate_result: OptimizeResult) -> None:
        parameters[:] = intermediate_result.x
        if monitor.epoch(float(intermediate_result.fun), 0.0):
            raise StopIteration

    result = minimize(
        objective,
        parameters.astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        callback=iteration,
        options={
            "maxcor": optimizer.memory,
            "maxiter": settings.epochs,
            "maxfun": optimizer.evaluations or 20 * settings.epochs,
            "gtol": optimizer.flat,
            "ftol": optimizer.least_fall,
        },
    )
    parameters[:] = result.x
    if result.status != LIMITS_REACHED and monitor.stopped == "epochs":
        monitor.converged()


def levenberg_marquardt(
    optimizer: LevenbergMarquardt, problem: Problem, settings: Settings, monitor: Monitor
) -> None:
    """Minimise by damped Gauss-Newton steps; a step that does not lower the loss is not taken."""
    quadratic = problem.gauss_newton()
    largest = float(np.diag(quadratic[2]).max())
    damping = Damping(optimizer.damping * max(largest, FLAT))
    for _ in range(settings.epochs):
        if not take_step(problem, quadratic, damping):
            monitor.converged()
            return
        quadratic = problem.gauss_newton()
        if monitor.epoch(quadratic[0], 0.0):
            return


@dataclass
class Damping:
    """How far the quadratic model is not trusted."""

    value: float
    growth: float = 2.0

    def trust(self, gain: float) -> None:
        """After a good step: a tenth (Marquardt's factor) where `gain`, won / promised, is above a half."""
        self.value *= 0.1 if gain > 0.5 else 1.0 if gain > 0.1 else 2.0
        self.growth = 2.0

    def doubt(self) -> None:
        """After a step that would have raised the loss: more, and faster each time in a row (Nielsen, 1999)."""
        self.value *= self.growth
        self.growth *= 2


def take_step(problem: Problem, quadratic: tuple[float, Array, Array], damping: Damping) -> bool:
    """Take the first damped step that lowers the loss; False, and nothing moved, where there is none."""
    loss, gradient, curvature = quadratic
    parameters = problem.network.parameters
    before = parameters.copy()
    while float(np.abs(gradient).max()) > FLAT and damping.value < MAX_DAMPING:
        try:
            step = damped_step(curvature, gradient, damping.value)
        except np.linalg.LinAlgError:  # singular to working precision
            damping.doubt()
            continue
        parameters[:] = before + step
        won = loss - problem.loss()
        if won > 0:
            # the model's promise is -(g.s + s.G s/2), and G s = -g - damping s
            promised = float(step @ (damping.value * step - gradient)) / 2
            damping.trust(won / max(promised, TINY))
            return True
        damping.doubt()
    parameters[:] = before
    return False


def damped_step(curvature: Array, gradient: Array, damping: float) -> Array:
    """The solution of (curvature + damping I) step = -gradient."""
    system = curvature.copy()
    system[np.diag_indices_from(system)] += damping
    step: Array = np.linalg.solve(system, -gradient)
    return step
