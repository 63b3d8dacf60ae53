"""`statement-outside-loop`: a statement stands after the loop that it belongs in."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="statement-outside-loop",
    title="A statement stands after the loop that it belongs in",
    summary="A line should run in every pass, but its indentation lets it run once, after the last.",
    severity="error",
    story="""\
## What goes wrong

A line of the backward pass or of the update is indented too little. It runs a single time, when
the loop is over, with the values of the last pass.

## Why

The formula holds for each unit (or each example, or each layer):

    δ₁[j] = (Σₖ δ₂[k] W₂[j, k]) · f′(z₁[j])        for every j

After the loop, `j` still has its last value, so exactly one entry gets computed. The others
keep what they had, from the start or from an earlier step.

## How to recognise it

Print the whole array once: one entry is plausible and the rest are zeros, or do not change from
step to step. Only the last unit of the layer learns, or only the last layer, or only the
weights from the last input. Python gives no hint, as a loop's variables live on after it.

## How to mend it

Indent the line so that it is inside the loop. To keep it from happening again, put the body of
the loop in a function whose parameter is the index: after the loop there is no stray variable
to use. With NumPy the loop may go altogether.
""",
    wrong="""\
for j in range(hidden):
    back = sum(delta2[0][k] * W2[j][k] for k in range(outputs))
first_delta[j] = back * a1[0][j] * (1 - a1[0][j])
""",
    right="""\
for j in range(hidden):
    back = sum(delta2[0][k] * W2[j][k] for k in range(outputs))
    first_delta[j] = back * a1[0][j] * (1 - a1[0][j])
""",
    see_also=("last-example-only", "statement-inside-loop"),
)
