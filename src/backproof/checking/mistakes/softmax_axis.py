"""`softmax-axis`: softmax is normalised over the wrong axis."""

from backproof.checking.mistakes.mistake import Mistake

MISTAKE = Mistake(
    code="softmax-axis",
    title="Softmax is normalised over the wrong axis",
    summary="The outputs of softmax add up to 1 over the batch or over the examples instead of over the classes.",
    severity="error",
    story="""\
## What goes wrong

Softmax divides by a sum of exponentials. That sum must run over the classes of one example;
here it runs over the examples, or over the whole array.

## Why

With examples as rows,

    p[i, k] = exp(z[i, k]) / Σⱼ exp(z[i, j])        each row adds up to 1

Only then is a row a distribution over the classes, and only then do the targets' rows fit to
it. The short form of the gradient rests on this as well: δ = p − y assumes that softmax couples
the classes of a row and nothing else. With a sum over the batch, every example depends on every
other one, and p − y is no longer the slope of the loss.

## How to recognise it

It goes unnoticed while examples are handled one by one as flat vectors, and breaks with the
first batch. Check `p.sum(axis=1)`: all ones, or not? Summed over the whole array, the outputs
are far too small and shrink as the batch grows, and cross-entropy starts near ln(n · classes)
instead of ln(classes).

## How to mend it

Use `axis=1, keepdims=True` for rows (`axis=-1` serves single examples too), and subtract the
largest z of each row first: it changes nothing in p and prevents overflow.
""",
    wrong="""\
p = np.exp(z2) / np.sum(np.exp(z2))
""",
    right="""\
e = np.exp(z2 - np.max(z2, axis=1, keepdims=True))
p = e / np.sum(e, axis=1, keepdims=True)
""",
    see_also=("softmax-jacobian", "broadcast-shape"),
)
