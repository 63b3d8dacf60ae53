"""The order of a derivation's steps: what each is called, and how it is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from backproof.derivation import deltas, forward, gradients, slopes
from backproof.derivation.scene import Scene
from backproof.derivation.steps import Step
from backproof.derivation.update import update_step
from backproof.optimizers import Optimizer


@dataclass(frozen=True)
class Planned:
    """A step that is made when it is asked for."""

    key: str
    part: str
    make: Callable[[], Step]


def planned(scene: Scene, given: Optimizer) -> Iterator[Planned]:
    """Every step but the proof, which speaks of all the others."""
    key = scene.notation.key
    yield Planned("network", "network", partial(forward.network_step, scene))
    for layer in range(2, scene.last + 1):
        yield Planned(key("z", layer), "forward", partial(forward.received_step, scene, layer))
        yield Planned(key("a", layer), "forward", partial(forward.activation_step, scene, layer))
    yield Planned("loss", "loss", partial(forward.loss_step, scene))
    yield from _backward(scene)
    yield Planned("update", "update", partial(update_step, scene, given))


def _backward(scene: Scene) -> Iterator[Planned]:
    """From the loss to the first layer, the walk of `backprop.backward`."""
    key, seen = scene.notation.key, set()
    yield _planned(f"d{key('a', scene.last)}", partial(slopes.loss_slope_step, scene))
    for layer in range(scene.last, 1, -1):
        row = scene.network.activations[layer - 2]
        if row.name not in seen:
            seen.add(row.name)
            yield _planned(row.name, partial(slopes.activation_slope_step, scene, row))
        if layer == scene.last:
            yield _planned(key("delta", layer), partial(deltas.output_delta_step, scene))
        else:
            yield _planned(key("delta", layer), partial(deltas.hidden_delta_step, scene, layer))
        yield _planned(f"d{key('W', layer)}", partial(gradients.weights_step, scene, layer))
        if not scene.notation.bias_row:
            yield _planned(f"d{key('b', layer)}", partial(gradients.bias_step, scene, layer))


def _planned(key: str, make: Callable[[], Step]) -> Planned:
    return Planned(key, "backward", make)
