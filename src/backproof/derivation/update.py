"""Part 5: the step that the gradient is for, and what it does to the loss.

The rules of the optimisers stand here once more, as formulas; each is proved by running the optimiser itself beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Symbol

from backproof.arrays import Array
from backproof.derivation.algebra import put
from backproof.derivation.curved import EQUATIONS, moved
from backproof.derivation.scene import TOLERANCE, Scene
from backproof.derivation.steps import Chain, Form, Link, Numbers, Proof, Step, Table
from backproof.derivation.typeset import Math, Script, Words, name, row, shown, word
from backproof.derivation.values import Values
from backproof.derivation.writing import Writer
from backproof.network import Network
from backproof.optimizers import FirstOrder, Optimizer

ROUNDS = 3  # steps after which formula and optimiser have to agree


@dataclass(frozen=True)
class Rule:
    """An optimiser's step for one weight.

    Attributes:
        lines: what is computed, in this order, in SymPy's syntax: w the weight, g its slope, eta the learning rate;
            the others are the optimiser's own settings and memory.
        idea: in words.
        settings: symbol: attribute of the optimiser.
        memory: symbol: what it is before the first step.
    """

    lines: tuple[tuple[str, str], ...]
    idea: str
    settings: Mapping[str, str]
    memory: Mapping[str, float]

    @property
    def remembers(self) -> bool:
        """Whether a second step differs from the first."""
        return bool(self.memory)


PLAIN = Rule(
    (("w", "w - eta*g"),), "Each weight moves against its slope.", {"eta": "learning_rate"}, {}
)
VELOCITY = "The steps add up to a velocity v, of which each step keeps the share μ: along a valley it grows, across it cancels."
SGD_SETTINGS = {"eta": "learning_rate", "mu": "momentum"}
MOMENTUM = Rule((("v", "mu*v - eta*g"), ("w", "w + v")), VELOCITY, SGD_SETTINGS, {"v": 0.0})
NESTEROV = Rule(
    (("v", "mu*v - eta*g"), ("w", "w + (mu*v - eta*g)")),
    f"{VELOCITY} Nesterov's form looks one step ahead.",
    SGD_SETTINGS,
    {"v": 0.0},
)
ADAM = Rule(
    (
        ("t", "t + 1"),
        ("m", "beta_1*m + (1 - beta_1)*g"),
        ("v", "beta_2*v + (1 - beta_2)*g**2"),
        ("w", "w - eta*sqrt(1 - beta_2**t)/(1 - beta_1**t)*m/(sqrt(v) + epsilon)"),
    ),
    "m is a running mean of the slope, v of its square. Their quotient is about 1 in size, so each weight's step is about "
    "the learning rate, however small its slope; the powers of β make up for both means having begun at 0.",
    {"eta": "learning_rate", "beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"},
    {"t": 0.0, "m": 0.0, "v": 0.0},
)
IRPROP = Rule(
    (("w", "w - s*sign(g)"),),
    "Only the sign of the slope counts; each weight has a step s of its own, which later grows by a fifth while the sign "
    "stays and is halved where it turns.",
    {"s": "learning_rate"},
    {},
)
GREEK = {"eta": "η", "mu": "μ", "beta": "β", "epsilon": "ε"}


def rule_of(given: Optimizer) -> Rule | None:
    """The rule in formulas; None where a step of one weight depends on all the others."""
    if given.name == "sgd" and getattr(given, "momentum", False):
        return NESTEROV if getattr(given, "nesterov", False) else MOMENTUM
    return {"sgd": PLAIN, "adam": ADAM, "irprop": IRPROP}.get(given.name)


def update_step(scene: Scene, given: Optimizer) -> Step:
    """The new weights, and the loss before and after."""
    rule = rule_of(given)
    network = scene.here.network
    new, after = _moved(scene, given, 2 if rule is not None and rule.remembers else 1)
    tables = [_before_and_after(scene, after, network)]
    chains: tuple[Chain, ...] = ()
    forms: tuple[Form, ...] = ()
    if rule is not None:
        idea = rule.idea
        chains, proofs = _one_weight(scene, given, rule)
    else:
        idea = EQUATIONS[given.name].idea
        form, table, proof = moved(scene, given.name, new, flat_gradient(scene.here))
        forms, proofs, tables = (form,), (proof,), [table, *tables]
    return Step(
        "update",
        "update",
        (f"Update: one step of {given.name}",),
        ("Which way do the weights go, and does it help?",),
        (
            (
                "A positive slope means: more of this weight, more loss. Less loss is wanted, so the step goes the other "
                "way: minus the slope. Whoever computed the negative derivative, from target minus output, adds it instead: "
                "that is the same step.",
            ),
            (idea,),
        ),
        chains,
        forms,
        numbers=tuple(_new_weights(scene, new)),
        tables=tuple(tables),
        proofs=proofs,
    )


def _moved(scene: Scene, given: Optimizer, steps: int) -> tuple[Network, list[float]]:
    """The network after one step, and the loss before and after each of so many."""
    network = scene.here.network.copy()
    if not isinstance(given, FirstOrder):
        from backproof.training import train

        run = train(
            network,
            scene.X,
            scene.Y,
            optimizer=given,
            epochs=1,
            restarts=0,
            weight_decay=scene.decay,
        )
        return run.network, [scene.here.loss, _values(scene, run.network).loss]
    state = given.begin(network.parameters)
    losses, first = [scene.here.loss], network
    for step in range(steps):
        values = _values(scene, network)
        given.step(network.parameters, flat_gradient(values), state, given.learning_rate)
        losses.append(_values(scene, network).loss)
        if step == 0:
            first = network.copy()
    return first, losses


def _values(scene: Scene, network: Network) -> Values:
    return Values(network, scene.X, scene.Y, float(scene.scale), scene.decay)


def flat_gradient(values: Values) -> Array:
    """The gradient ordered like `Network.parameters`."""
    layers = range(2, len(values.network.sizes) + 1)
    pieces = [values.gradient(kind, layer).ravel() for layer in layers for kind in "Wb"]
    return np.concatenate(pieces)


def _new_weights(scene: Scene, network: Network) -> list[Numbers]:
    moved = _values(scene, network)
    found = []
    for layer in range(2, scene.last + 1):
        weights, bias = moved["W", layer], moved["b", layer][None, :]
        new = word("new")
        if scene.notation.bias_row:
            both = np.vstack([bias, weights])
            found.append(scene.numbers(row(new, scene.notation.math("W", layer)), both))
            continue
        found.append(scene.numbers(row(new, scene.notation.math("W", layer)), weights))
        found.append(scene.numbers(row(new, scene.notation.math("b", layer)), bias))
    return found


def _before_and_after(scene: Scene, losses: list[float], network: Network) -> Table:
    names = ["before", "after one step", "after two steps"]
    verdict = "it fell" if losses[1] < losses[0] else "it rose: this step was too long"
    notes = ["", f"  {verdict}", ""]
    rows = [((names[n],), (shown_loss(loss) + notes[n],)) for n, loss in enumerate(losses)]
    return Table(("the loss", ""), tuple(rows))


def shown_loss(loss: float) -> str:
    """With more places than other numbers, so that a small fall is seen."""
    return f"{loss:.6f}" if 1e-4 < abs(loss) < 1e6 else shown(loss)


def _one_weight(
    scene: Scene, given: Optimizer, rule: Rule
) -> tuple[tuple[Chain, ...], tuple[Proof, ...]]:
    """The rule with the numbers of one weight of the last layer, twice where a step remembers the one before."""
    here = scene.here
    layer = scene.last
    known = {
        symbol: float(getattr(given, attribute)) for symbol, attribute in rule.settings.items()
    }
    state = {**rule.memory, "w": float(here["W", layer][0, 0])}
    network, memory = here.network.copy(), None
    assert isinstance(given, FirstOrder)
    memory = given.begin(network.parameters)
    chains: list[Chain] = []
    worst = 0.0
    weight = (len(network.sizes) - 2, (0, 0))
    for step in range(ROUNDS if rule.remembers or given.name == "sgd" else 1):
        values = _values(scene, network)
        gradient = flat_gradient(values)
        known["g"] = float(values.gradient("W", layer)[0, 0])
        written = _lines(scene, rule, state, known, step)
        given.step(network.parameters, gradient, memory, given.learning_rate)
        actual = float(network.layers[weight[0]].weights[weight[1]])
        worst = max(worst, abs(actual - state["w"]))
        if step < (2 if rule.remembers else 1):
            chains.extend(written)
    proof = Proof(
        "numerical", worst, worst <= TOLERANCE, (f"the rule, beside {given.name} itself",)
    )
    return tuple(chains), (proof,)


def _lines(
    scene: Scene, rule: Rule, state: dict[str, float], known: dict[str, float], step: int
) -> list[Chain]:
    """Each line of the rule in symbols and numbers; `state` moves on."""
    chains = []
    for symbol, text in rule.lines:
        numbers = {**known, **state}
        expression = sympy.sympify(text, {key: Symbol(key) for key in numbers}, evaluate=False)
        floats = {Symbol(key): sympy.Float(number) for key, number in numbers.items()}
        state[symbol] = float(expression.subs(floats))
        left = _symbol(scene, symbol)
        left = row(word("new"), left)
        links = [
            Link(left),
            Link(Writer(scene.notation, _symbols(scene, numbers)).math(expression)),
        ]
        if symbol != "t":
            links.append(Link(Writer(scene.notation).math(put(expression, floats))))
        links.append(
            Link(Writer(scene.notation).math(sympy.Float(state[symbol])), (), state[symbol])
        )
        case: Words = (f"step {step + 1}",) if rule.remembers and symbol == rule.lines[0][0] else ()
        chains.append(Chain(tuple(links), case))
    return chains


def _symbols(scene: Scene, names: Mapping[str, float]) -> dict[Any, Math]:
    return {Symbol(key): _symbol(scene, key) for key in names}


def _symbol(scene: Scene, key: str) -> Math:
    one = [name("1"), name("1")]
    if key == "w":
        return scene.notation.math("W", scene.last, one)
    if key == "g":
        return scene.partial("W", scene.last, sympy.Integer(1), sympy.Integer(1))
    letter, _, below = key.partition("_")
    base = name(GREEK.get(letter, letter))
    return Script(base, name(below)) if below else base
