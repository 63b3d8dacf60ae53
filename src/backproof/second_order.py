"""Second-order training on all rows at once: L-BFGS and Levenberg-Marquardt.

An epoch is an iteration of the method: one accepted step.
"""

from __future__ import annotations

import numpy as np

from backproof.arrays import Array
from backproof.monitor import Monitor
from backproof.optimizers import LBFGS, LevenbergMarquardt
from backproof.problem import Problem
from backproof.settings import Settings

FLAT = 1e-10  # a gradient with no entry above it is zero for every practical purpose
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
            "maxfun": 20 * settings.epochs,
            "gtol": FLAT,
            "ftol": np.finfo(np.float64).eps,
        },
    )
    parameters[:] = result.x
    if result.success and monitor.stopped == "epochs":
        monitor.converged()


def levenberg_marquardt(
    optimizer: LevenbergMarquardt, problem: Problem, settings: Settings, monitor: Monitor
) -> None:
    """Minimise by damped Gauss-Newton steps; a step that does not lower the loss is not taken."""
    parameters = problem.network.parameters
    loss, gradient, curvature = problem.gauss_newton()
    damping = optimizer.damping * max(float(np.diag(curvature).max()), FLAT)
    growth = 2.0
    for _ in range(settings.epochs):
        step = None
        before = parameters.copy()
        while step is None:
            if np.abs(gradient).max() < FLAT or damping > MAX_DAMPING:
                parameters[:] = before
                return monitor.converged()
            trial = damped_step(curvature, gradient, damping)
            parameters[:] = before + trial
            trial_loss = problem.loss()
            # what the quadratic model promised: -(g.s + s.G s/2), with G s = -g - damping s
            promised = float(trial @ (damping * trial - gradient)) / 2
            if trial_loss < loss:
                step = trial
                # Nielsen (1999): a third at best, and smoothly up to twice the damping as the model fails
                gain = (loss - trial_loss) / max(promised, np.finfo(np.float64).tiny)
                damping *= max(1 / 3, 1 - (2 * gain - 1) ** 3)
                growth = 2.0
            else:
                damping *= growth
                growth *= 2
        loss, gradient, curvature = problem.gauss_newton()
        if monitor.epoch(loss, 0.0):
            return None


def damped_step(curvature: Array, gradient: Array, damping: float) -> Array:
    """The solution of (curvature + damping I) step = -gradient."""
    system = curvature.copy()
    system[np.diag_indices_from(system)] += damping
    step: Array = np.linalg.solve(system, -gradient)
    return step
