"""`crash-name`: a name is not defined."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-name",
    title="A name is not defined",
    summary="The program uses a variable or function that doesn't exist at this point.",
    severity="error",
    story="""\
## What goes wrong

A line uses a name that has not been given a value: a slip of the pen, an import that was
forgotten, a variable of another function, or one that is assigned further down.

## Why

Names are looked up while the line runs, in the function first and then in the module. Inside a
function there is one more rule: a name that is assigned *anywhere* in it is local everywhere in
it.

    def step():
        W = W - learning_rate * grad     # UnboundLocalError: this W is local, and has no value yet

So an update written like this fails for a module's variable, whereas `W[...] = ...`, which
changes the array and does not assign the name, works.

## How to recognise it

`NameError: name '...' is not defined`, often with a suggestion, or `UnboundLocalError`.
Excerpts from a book or a forum regularly use names that were introduced pages before, such as
`sigmoid_prime`.

## How to mend it

Correct the spelling, import what is missing (`import numpy as np`), pass the value as a
parameter, or move the definition up. For weights of the module, use `global W` or, better, pass
them in and return the new ones.
""",
    wrong="""\
W2 -= learning_rte * a1.T @ delta2
""",
    right="""\
W2 -= learning_rate * a1.T @ delta2
""",
    see_also=("crash-missing-module", "crash-syntax"),
)
