"""`crash-other`: the program stops with an error."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-other",
    title="The program stops with an error",
    summary="Python raised an exception that has no story of its own here.",
    severity="error",
    story="""\
## What goes wrong

The program ended with an exception before a training step was complete. What is wrong is in the
traceback, which is Python's own, with the lines of your program.

## Why

The derivatives are measured by running your program again and again with slightly changed
numbers. For that, it has to run by itself, from the beginning to the end of some training
steps:

    ∂L/∂v ≈ [ L(v + h) − L(v − h) ] / 2h        needs L, and so a complete run

An exception on the way leaves nothing to compare, and a verdict about formulas would be a
guess.

## How to recognise it

Read a traceback from its last line upwards: the kind of error and its message, then the line
where it happened. `IndexError` is often a loop that runs one too far, `ZeroDivisionError` an
empty batch, `KeyError` a misspelt entry, `FileNotFoundError` a data file with a path of another
computer.

## How to mend it

Make the program run by itself first, with `python program.py` from the same folder. If it
expects input from the keyboard, arguments or files, write the values into the program for the
time being.
""",
    wrong="""\
for i in range(len(X) + 1):
    x = X[i]
""",
    right="""\
for i in range(len(X)):
    x = X[i]
""",
    see_also=("crash-shape-mismatch", "crash-name", "crash-overflow"),
)
