"""Where on its edge each weight's number stands: no two overlap, and as few as possible come near another edge.

Each number may slide along its edge. In turn, each takes its cheapest place given the others', until none moves.
"""

from __future__ import annotations

import numpy as np

from backproof.arrays import Array
from backproof.plots.layout import Diagram, Point

PLACES = np.linspace(0.08, 0.92, 43)  # along the edge, from rim to rim
SAMPLES = np.linspace(0.0, 1.0, 81)  # points that stand for an edge
PADDING = 0.025  # inches about each number that no other may enter
CLEARANCE = 0.06  # inches about each number that other numbers and edges had better not enter
ROUNDS = 30

# What a place costs. The first must not be; the others are weighed.
OVERLAP, ON_CIRCLE, NEAR_NUMBER, ON_EDGE, OFF_CENTRE = 1000.0, 100.0, 1.0, 1.0, 0.8


def place(diagram: Diagram, widths: list[float], height: float) -> list[Point] | None:
    """The middle of each edge's number, in inches; None if some would overlap wherever they stand.

    Args:
        widths: of each edge's number, in inches.
        height: of every number.
    """
    half = np.array([[width, height] for width in widths]) / 2
    places = _along(diagram, PLACES)
    alone = _cost_alone(diagram, places, half)
    chosen = np.argmin(alone, axis=1)
    for _ in range(ROUNDS):
        before = chosen.copy()
        for edge, cost in enumerate(alone):
            chosen[edge] = np.argmin(cost + _cost_together(edge, chosen, places, half))
        if (chosen == before).all():
            break
    middles = places[np.arange(len(chosen)), chosen]
    costs = [_cost_together(edge, chosen, places, half) for edge in range(len(chosen))]
    worst = max(cost[here] for cost, here in zip(costs, chosen, strict=True))
    return None if worst >= OVERLAP else [(float(x), float(y)) for x, y in middles]


def _along(diagram: Diagram, shares: Array) -> Array:
    """Points on every edge, (edges, shares, 2)."""
    begin = np.array([edge.begin for edge in diagram.edges])[:, None, :]
    end = np.array([edge.end for edge in diagram.edges])[:, None, :]
    points: Array = begin + shares[:, None] * (end - begin)
    return points


def _cost_alone(diagram: Diagram, places: Array, half: Array) -> Array:
    """What each place costs whatever the other numbers do, (edges, places)."""
    circles = np.array(diagram.circles)
    lines = _along(diagram, SAMPLES)
    cost = np.tile(OFF_CENTRE * (2 * PLACES - 1) ** 2, (len(places), 1))
    for edge, (points, size) in enumerate(zip(places, half, strict=True)):
        gaps = np.maximum(np.abs(points[:, None] - circles) - size - PADDING, 0)
        hidden = np.hypot(gaps[..., 0], gaps[..., 1]) < diagram.radius
        apart = np.abs(points[:, None, None] - lines) - size
        crossed = (apart < CLEARANCE).all(axis=-1).any(axis=-1)
        crossed[:, edge] = False
        cost[edge] += ON_CIRCLE * hidden.sum(axis=1) + ON_EDGE * crossed.sum(axis=1)
    return cost


def _cost_together(edge: int, chosen: Array, places: Array, half: Array) -> Array:
    """What each place of one edge costs beside the other numbers where they are, (places,)."""
    others = np.arange(len(chosen)) != edge
    middles = places[np.arange(len(chosen)), chosen][others]
    apart = np.abs(places[edge][:, None] - middles) - half[edge] - half[others]
    overlaps = (apart < PADDING).all(axis=-1).sum(axis=1)
    near = (apart < 2 * CLEARANCE).all(axis=-1).sum(axis=1)
    cost: Array = OVERLAP * overlaps + NEAR_NUMBER * near
    return cost
