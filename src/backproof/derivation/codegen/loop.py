"""How a program trains: its settings, what the optimiser remembers, the order of the rows, the loop over epochs.

settings_block    the named numbers at the top
memory            what is needed before the first step
shuffling         the function that orders the rows of an epoch, where they are shuffled
loop              epochs, batches, steps, and the loss now and then
"""

from __future__ import annotations

from collections.abc import Iterator

from backproof.derivation.codegen.passes import clips
from backproof.derivation.codegen.spelling import Block
from backproof.derivation.codegen.updates import RATE, Lines, schedule_of, update_of
from backproof.descent import SHUFFLES
from backproof.network import Network
from backproof.randomness import GOLDEN, MIX_1, MIX_2, Random
from backproof.settings import Settings

REPORTS = 10  # times that the loss is printed


def settings_block(settings: Settings, rows: int) -> Block:
    """The settings, one a line, each with what it is."""
    block = Block([(f"epochs = {settings.epochs}", "passes over all rows")])
    if not _whole(settings, rows):
        block.add(f"batch_size = {settings.batch_size}", "rows to a step")
    for name, note in update_of(settings.optimizer).settings.items():
        block.add(f"{name} = {getattr(settings.optimizer, name)}", note)
    if settings.weight_decay:
        block.add(f"weight_decay = {settings.weight_decay}", "λ, of the weights, not of the biases")
    for name, note in schedule_of(settings.optimizer, settings.schedule).settings.items():
        block.add(f"{name} = {getattr(settings, name)}", note)
    block.add(f"report_every = {max(1, settings.epochs // REPORTS)}", "epochs")
    return block


def memory(network: Network, settings: Settings) -> Block:
    """What the loss, the optimiser and the schedule need before the first step."""
    update, block = update_of(settings.optimizer), Block()
    if clips(network):
        block.add("eps = np.finfo(X.dtype).eps", "as near as an output may come to 0 and 1")
    if update.memory:
        block.add(f"parameters = [{', '.join(_parameters(network))}]")
    for plural, first in update.memory.values():
        block.add(f"{plural} = [{first} for p in parameters]")
    if update.counter:
        block.add(f"{update.counter} = 0")
    block.lines += schedule_of(settings.optimizer, settings.schedule).begin
    return block


def shuffling(settings: Settings) -> Iterator[Block]:
    """The function for the order of an epoch's rows; none where they stay in order."""
    if not settings.shuffle:
        return
    start = Random(settings.seed, SHUFFLES + 1).start
    code = (
        "def shuffled(epoch):",
        f'    """The rows in the order of this epoch, from seed {settings.seed}.',
        "",
        "    The random numbers are those of SplitMix64 (Steele, Lea and Flood, 2014).",
        '    """',
        "    counts = np.arange((epoch - 1) * len(X) + 1, epoch * len(X) + 1, dtype=np.uint64)",
        f"    words = np.uint64(0x{start:X}) + np.uint64(0x{int(GOLDEN):X}) * counts",
        f"    words = (words ^ (words >> np.uint64(30))) * np.uint64(0x{int(MIX_1):X})",
        f"    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x{int(MIX_2):X})",
        '    return np.argsort(words ^ (words >> np.uint64(31)), kind="stable")',
    )
    yield Block((line, "") for line in code)


def loop(network: Network, settings: Settings, rows: int, backward: Block) -> Block:
    """The loop over the epochs, with the loss now and then."""
    schedule = schedule_of(settings.optimizer, settings.schedule)
    block = Block([("for epoch in range(1, epochs + 1):", "")])
    if schedule.running_loss:
        block.add("    total = 0.0")
    block.extend(_batch(settings, rows), 1)
    step = _step(network, settings, backward, schedule.running_loss)
    block.extend(step, 1 if _whole(settings, rows) else 2)
    block.add("")
    block.extend(Block(schedule.after), 1)
    block.add("    if epoch % report_every == 0:")
    block.add('        print(f"epoch {epoch:6}   loss {loss(forward(X)[-1], Y):.6f}")')
    return block


def _whole(settings: Settings, rows: int) -> bool:
    """Whether each step sees all rows in their order, so that there is no loop over batches."""
    return settings.batch_size == rows and not settings.shuffle


def _batch(settings: Settings, rows: int) -> Block:
    """The rows of one step, x and y."""
    if _whole(settings, rows):
        return Block([("x, y = X, Y", "all rows in one step")])
    block = Block()
    chosen = "start : start + batch_size"
    if settings.shuffle:
        block.add("order = shuffled(epoch)")
        chosen = f"order[{chosen}]"
    block.add("for start in range(0, len(X), batch_size):")
    block.add(f"    x, y = X[{chosen}], Y[{chosen}]")
    return block


def _step(network: Network, settings: Settings, backward: Block, running_loss: bool) -> Block:
    """Forward, backward, update."""
    names = [f"a{number}" for number in range(1, len(network.layers) + 1)]
    block = Block([("", ""), ("", "Forward"), (f"{_unpacked(names)} = forward(x)", "")])
    if running_loss:
        block.add(f"total += loss({names[-1]}, y) * len(x)")
    block.lines += [("", ""), ("", "Backward")]
    block.extend(backward)
    block.lines += [("", ""), ("", "Update")]
    block.extend(_update(network, settings))
    return block


def _update(network: Network, settings: Settings) -> Block:
    """The step of each parameter: a line for each where nothing is remembered, else a loop."""
    update = update_of(settings.optimizer)
    changes = schedule_of(settings.optimizer, settings.schedule).begin
    rate = RATE if changes else "learning_rate"
    parameters = _parameters(network)
    block = Block(_filled(update.before, rate=rate))
    if not update.memory:
        for name in parameters:
            block.lines += _filled(update.step, rate=rate, p=name, g=f"d{name}")
        return block
    block.add(f"gradients = [{', '.join(f'd{name}' for name in parameters)}]")
    plurals = ", ".join(plural for plural, _ in update.memory.values())
    block.add(f"for p, g, {', '.join(update.memory)} in zip(parameters, gradients, {plurals}):")
    block.extend(Block(_filled(update.step, rate=rate)), 1)
    return block


def _filled(lines: Lines, **names: str) -> list[tuple[str, str]]:
    return [(code.format(**names), comment.format(**names)) for code, comment in lines]


def _parameters(network: Network) -> list[str]:
    numbers = range(1, len(network.layers) + 1)
    return [f"{letter}{number}" for number in numbers for letter in "Wb"]


def _unpacked(names: list[str]) -> str:
    return ", ".join(names) if len(names) > 1 else f"({names[0]},)"
