"""`crash-python-2`: the program is written for Python 2."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-python-2",
    title="The program is written for Python 2",
    summary="The program uses words or a layout that only Python 2 understood.",
    severity="error",
    story="""\
## What goes wrong

The program comes from the time of Python 2 and can't be read by Python 3. The mathematics in it
may well be right; it has just never been run here.

## Why

Python 3 changed parts of the language. A network written by hand usually meets these:

    print "loss", loss     →   print("loss", loss)
    xrange(n)              →   range(n)
    raw_input()            →   input()
    except E, e:           →   except E as e:
    1 / 2 == 0             →   1 / 2 == 0.5, and 1 // 2 == 0

The last one raises no error and changes results: where the old program divided whole numbers,
it may have relied on their being cut off, or suffered from it without notice.

## How to recognise it

A `SyntaxError` at a `print` without brackets, often with a hint of Python's own. `TabError` and
`IndentationError` come from tabs mixed with spaces, which Python 2 tolerated. Once the file can
be read, a `NameError` for `xrange` follows.

## How to mend it

Put brackets around what is printed and replace the old names as in the table. For a long
program the tool `2to3`, part of Python up to 3.12, does it mechanically; look over each
division afterwards.
""",
    wrong="""\
print "epoch", epochs
""",
    right="""\
print("epoch", epochs)
""",
    see_also=("crash-syntax", "crash-missing-module"),
)
