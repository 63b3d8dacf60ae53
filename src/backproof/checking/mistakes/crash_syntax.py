"""`crash-syntax`: Python can't read the program."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-syntax",
    title="Python can't read the program",
    summary="A bracket, a colon, a quote or an indentation is missing or misplaced.",
    severity="error",
    story="""\
## What goes wrong

The file is not valid Python, so no part of it was run: Python reads all of a file before it
executes the first line.

## Why

Formulas with many brackets invite this. The place that Python reports is where it got stuck,
which may be after the mistake:

    delta1 = (delta2 @ W2.T * a1 * (1 - a1)      one bracket stays open
    W1 -= learning_rate * X.T @ delta1           and the next line can't be its continuation

A closing bracket in the wrong place is worse, since it may be valid and mean something else:
`a * (1 - a)` and `(a * 1) - a` are two different things.

## How to recognise it

A `SyntaxError`, `IndentationError` or `TabError`, with a line number. If that line looks
perfect, look at the one before. Text copied from a web page may contain typographic quotes “ ”,
a long minus −, or invisible spaces.

## How to mend it

Count the brackets, or split the formula over several lines with a name for each part: that
makes it easier to check as well. Indent with four spaces throughout, and let the editor show
tabs and other invisible characters.
""",
    wrong="""\
delta1 = (delta2 @ W2.T * a1 * (1 - a1)
W1 -= learning_rate * X.T @ delta1
""",
    right="""\
delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
W1 -= learning_rate * X.T @ delta1
""",
    see_also=("crash-python-2", "crash-name"),
)
