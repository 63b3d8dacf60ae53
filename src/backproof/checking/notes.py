"""The sentences of a report that speak of the check as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backproof.checking.reading.hints import Hints
from backproof.checking.reading.judge import Judgement
from backproof.checking.source.places import Loop
from backproof.checking.source.read import Program
from backproof.diagnostic.finding import Finding

NOTHING_SEEN = "no derivative other than zero could be measured in the steps that were looked at"
AGREES = "Every update is the gradient."
NOT_TRIED = "whether it learns was not tried to the end: the time was over"
STOPPED_LATER = "the program stops with an error outside the training; see the warning"
NO_FORK = "This system cannot fork processes, which the check needs to run a program; use Linux or macOS, or WSL on Windows."
LOST_LATER = "The check broke off while the program was examined."
BROKEN = "The check itself failed, which is not the fault of the program; please report it."
MOST_NAMES = 6


SENTENCES = {
    "crashed": "stops with an error before it trains",
    "timed-out": "did not come to its training step in time",
}


def in_a_sentence(verdict: str, findings: Sequence[Finding]) -> str:
    """Why there is nothing to be said of a program; `backproof check` tells more."""
    reason = SENTENCES.get(verdict, "was not understood")
    known = f": {findings[0].message}" if findings else ""
    return f"{reason}{known}; `backproof check` says more"


def measured(judged: Judgement) -> str:
    """What was done: steps, weights, loss."""
    count = len(judged.steps.base)
    names = [_shown(group) for group in judged.reading.groups]
    moved = f"moved each weight in {_listed(names)}" if names else "moved each weight"
    loss = (
        f"watched the {judged.reading.name}"
        if judged.reading.loss
        else f"watched {judged.reading.name}"
    )
    steps = f"{count} training steps" if count > 1 else "1 training step"
    return f"Measured {steps}: {moved}, and {loss}."


def burst(judged: Judgement) -> str:
    """Why the first steps tell too little."""
    told = f"in step {judged.bursts} numbers become none (nan) or larger than can be"
    if judged.wrong or judged.bursts == 1:
        return told
    return f"{told}: the steps before it follow the gradient, as far as they show"


def laws(judged: Judgement) -> tuple[str, ...]:
    """How each group of weights moves: the rate is no fault, and is told."""
    groups: dict[str, list[str]] = {}
    for group, law in judged.reading.laws.items():
        if law.kind != "silent":
            groups.setdefault(_law(law, judged.reading.symbol), []).append(_shown(group))
    worst = max((law.residual for law in judged.reading.laws.values()), default=0.0)
    told = [f"{_listed(names, 'and')}: {text}" for text, names in groups.items()]
    return (
        (*told, f"the largest difference from that is {worst:.0e}, relative to the step")
        if told
        else ()
    )


def _law(law: Any, symbol: str) -> str:
    rates = [abs(rate) for rate in law.rates]
    if not rates:
        return f"the gradient {symbol}/dw is computed, and an adaptive step follows it"
    rate = (
        f"-{rates[0]:.4g}"
        if max(rates) - min(rates) <= 1e-3 * max(rates)
        else f"-{min(rates):.3g} to -{max(rates):.3g}"
    )
    parts = [f"each step is {rate} * {symbol}/dw"]
    if abs(law.momentum) > 1e-6:
        parts.append(f"with momentum {law.momentum:.3g}")
    if abs(law.decay) > 1e-9:
        parts.append(f"with decay {law.decay:.3g}")
    return " ".join(parts)


def _shown(group: str) -> str:
    return f"`{group}`"


def _listed(names: Sequence[str], last: str = "and") -> str:
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def answered(answers: Sequence[tuple[str, str]]) -> str:
    """What the program was told when it asked."""
    told = dict.fromkeys(f"`{prompt.strip() or 'input()'}` {answer}" for prompt, answer in answers)
    return f"it asked, and was told: {', '.join(list(told)[:MOST_NAMES])}; with other answers it may learn better or worse"


# verdicts without a judgement -------------------------------------------------------------


def stopped(judged: Judgement | None, file: str) -> str:
    """Of a crash."""
    if judged is None:
        return (
            f"`{file}` stopped with an error of its own before a training step could be measured."
        )
    return f"`{file}` stopped with an error of its own. {measured(judged)} As far as it came, its updates follow the gradient."


def lost(memory: int, file: str) -> str:
    """Of a process that was gone."""
    return (
        f"The process that ran `{file}` ended without a word: it was killed, broke down inside a library, "
        f"or needed more than the {memory} MiB that it may use (`--memory MIB` gives more)."
    )


def timed_out(seconds: float, file: str) -> str:
    """Of a check that took too long."""
    return f"The check of `{file}` was not done after {seconds:g} s; `--timeout SECONDS` gives it more."


def learnt(
    scan: dict[str, Any] | None, judged: Judgement | None, loops: Sequence[Loop], program: Program
) -> tuple[str, ...]:
    """What was found out before the check ended too soon."""
    if scan is None:
        return (
            "the first run of the program did not end, nor did it come to a loop that changes numbers",
        )
    out = _seen(scan, loops, program)
    if judged is not None:
        at = line_of(judged.loop.line, program)
        wrong = [_shown(group) for group in judged.wrong]
        out.append(f"the training step begins at {at}; its loss is the {judged.reading.name}")
        out.append(
            f"{_listed(wrong)} {'does' if len(wrong) == 1 else 'do'} not follow the gradient; which line is wrong was not found out"
            if wrong
            else "every update follows the gradient"
        )
    return tuple(out)


def unclear(judged: Judgement | None, file: str) -> str:
    """Of a program that was not understood."""
    if judged is None:
        return f"No training step was found in `{file}` whose updates could be compared with a gradient."
    wrong = [_shown(group) for group in judged.wrong]
    if not wrong:
        return measured(judged)
    return f"{measured(judged)} {_listed(wrong)} {'does' if len(wrong) == 1 else 'do'} not move as expected, but no line could be shown to be wrong."


def settling(
    scan: dict[str, Any], loops: Sequence[Loop], program: Program, hints: Hints
) -> tuple[str, ...]:
    """What was seen, and which hints would help."""
    out = _seen(scan, loops, program)
    if not scan["loops"]:
        return (
            *out,
            "missing: a loop that trains; if it is there, it was not reached with the arguments and answers that the program got here",
        )
    if hints.step is None:
        out.append("`--step LINE` says where a training step begins")
    if not hints.prediction:
        out.append(
            "`--prediction TEXT` says which variable or expression is the network's output, as it stands where it meets the target"
        )
    if not hints.target:
        out.append("`--target TEXT` says what the output should be")
    if not hints.loss:
        out.append(
            "`--loss NAME` says which loss is meant, such as `squared error`, or the variable that holds it"
        )
    if not hints.weights:
        out.append("`--weights NAMES` says which variables are trained")
    return tuple(out)


def _seen(scan: dict[str, Any], loops: Sequence[Loop], program: Program) -> list[str]:
    """Loops and the numbers that they change."""
    out = []
    for index, seen in scan["loops"].items():
        names = sorted({_shown(entry[1]) for entry in seen["changed"].values()})
        times = f"{seen['iterations']} iteration" + ("s" if seen["iterations"] != 1 else "")
        changed = f"it changes {_listed(names)}" if names else "it changes no numbers"
        out.append(f"the loop at {line_of(loops[index].line, program)} ran {times}; {changed}")
    return out[:MOST_NAMES] or ["no loop ran" if program.source.strip() else "the file is empty"]


def line_of(line: int, program: Program) -> str:
    """`line 3`, or `cell 2, line 3`, or where the line is in another file."""
    file, cell, number = program.place(line)
    if file != program.file:
        return f"line {number} of `{file}`"
    return f"line {number}" if cell is None else f"cell {cell}, line {number}"
