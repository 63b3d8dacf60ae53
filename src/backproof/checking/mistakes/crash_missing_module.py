"""`crash-missing-module`: a module can't be found."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="crash-missing-module",
    title="A module can't be found",
    summary="The program imports something that is not installed here, or that was another file of yours.",
    severity="error",
    story="""\
## What goes wrong

An `import` failed with a `ModuleNotFoundError`, so that nothing after it was run. That says
nothing about the backpropagation yet.

## Why

Python looks for a module beside the program and then among the installed packages. Four things
go wrong:

    not installed        the package has to be added with pip
    left behind          a helper file of your own was not copied along
    another name         the package is called differently: cv2 is opencv-python
    moved                a newer version has it elsewhere, or no longer

To follow the numbers from the weights to the loss, the whole program has to run, and therefore
everything that it imports has to be there.

## How to recognise it

The message names the module: `No module named '...'`. If it is a part of a package that you do
have, the version is the likely cause. A file of yours called `numpy.py` or `random.py` hides
the real module, and then the complaint is that some attribute is missing.

## How to mend it

Install the package into the same environment as `backproof`, put the helper file beside the
program, or take out what the network doesn't need, such as plots. A small data set can be
written into the program itself.
""",
    wrong="""\
from network_helpers_left_at_home import sigmoid

a1 = sigmoid(X @ W1 + b1)
""",
    right="""\
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


a1 = sigmoid(X @ W1 + b1)
""",
    see_also=("crash-python-2", "crash-name"),
)
