"""What a finding says: one sentence and one piece of advice for each kind of mistake, with the person's own names."""

from __future__ import annotations

# code: (message, help); {name} is what the line computes
WORDS: dict[str, tuple[str, str]] = {
    "missing-activation-slope": (
        "`{name}` leaves out the slope of the activation",
        "multiply by the slope of the activation, taken at the same unit",
    ),
    "missing-factor": ("`{name}` leaves out a factor of the chain rule", "multiply by the factor"),
    "missing-term": (
        "`{name}` lacks a term: the error comes back by another way, too",
        "add what comes back by every way that the value takes to the output",
    ),
    "extra-factor": (
        "`{name}` has a factor that the chain rule does not have",
        "leave the factor out",
    ),
    "slope-of-activated-value": (
        "the slope in `{name}` is taken of the wrong quantity",
        "give the derivative the quantity that it is written for",
    ),
    "wrong-slope": (
        "`{name}` has the slope of another function, or at another place",
        "use the slope of the activation that the forward pass uses",
    ),
    "exchanged-arguments": (
        "`{name}` is given its arguments in another order than it takes them",
        "give them in the order of the function's own names",
    ),
    "exchanged-results": (
        "`{name}` names the results in another order than they are returned",
        "name them in the order of the return",
    ),
    "aliased-before-update": (
        "`{name}` is a second name for an array that is changed in place, not the array as it was",
        "copy the array",
    ),
    "rounded-output": (
        "`{name}` is taken from the output after it was cut to a class: it is zero, or a whole number",
        "take it from the output itself",
    ),
    "other-leak": (
        "`{name}` lets through another share than the activation does",
        "let both have the same slope below zero",
    ),
    "penalty-itself": (
        "`{name}` adds the penalty itself where its derivative belongs",
        "add a multiple of the weight: that is the derivative of its square",
    ),
    "other-decay": (
        "`{name}` decays by another weight than its own",
        "add a multiple of the weight whose gradient it is",
    ),
    "wrong-power": (
        "`{name}` has the wrong power",
        "take the power that the derivative has: one less than that of the function",
    ),
    "wrong-layer-input": (
        "`{name}` uses a value of another layer",
        "use the value that stands in the chain rule here",
    ),
    "elementwise-for-matrix-product": (
        "`{name}` takes one kind of product where the chain rule has another",
        "take the products as the chain rule has them",
    ),
    "matrix-product-for-elementwise": (
        "`{name}` takes a matrix product where the elementwise one is due",
        "take the product elementwise",
    ),
    "missing-transpose": ("`{name}` lacks a transpose", "transpose the factor"),
    "needless-transpose": ("`{name}` has a transpose too many", "leave the transpose out"),
    "outer-product-delta": (
        "`{name}` takes the wrong kind of product: every unit meets every other",
        "take the product that pairs the right units",
    ),
    "update-without-input": (
        "the step of `{name}` leaves out the input of its layer",
        "multiply each update by its layer's input",
    ),
    "update-before-use": (
        "`{name}` is changed before the error is passed back through it",
        "pass the error back first, then update",
    ),
    "another-weight-updated": (
        "the new value of `{name}` starts from another weight",
        "start from its own old value",
    ),
    "raw-error-passed-back": (
        "`{name}` passes the raw error back instead of the delta",
        "pass the delta back",
    ),
    "wrong-sign": ("`{name}` has the wrong sign: the loss is climbed", "turn the sign"),
    "accumulator-not-reset": (
        "what `{name}` adds up is never set back to zero",
        "set the sum back to zero before it is filled again",
    ),
    "accumulator-overwritten": (
        "`{name}` is overwritten where it should be added to, or the reverse",
        "add to it, or assign it, as the sum over the examples needs",
    ),
    "sum-overwritten": (
        "`{name}` is overwritten where it should be added to: the last value alone is left",
        "add to it",
    ),
    "value-added-up": (
        "`{name}` is added to where a new value is due",
        "assign the value",
    ),
    "statement-outside-loop": (
        "`{name}` stands outside the loop that it belongs into",
        "indent the line into the loop",
    ),
    "statement-inside-loop": (
        "`{name}` stands inside a loop that it does not belong into",
        "move the line out of the loop",
    ),
    "last-example-only": (
        "`{name}` sees only the last example of the batch",
        "let every example count: indent the lines into the loop, or add up over the batch",
    ),
    "repeated-rows": (
        "`{name}` adds only the last of several values for the same row",
        "add every one of them: `np.add.at`",
    ),
    "bias-not-updated": (
        "the new value of `{name}` never arrives: it stays as it was",
        "store the new value under the name that the forward pass reads",
    ),
    "never-updated": (
        "`{name}` is never updated: it stays as it was drawn",
        "if it is meant to learn, update it by its gradient; if not, nothing is wrong",
    ),
    "never-read": (
        "what is stored as `{name}` is never read",
        "store it under the name that is read where it is needed",
    ),
    "weights-not-updated": ("`{name}` is never updated", "update it by its gradient"),
    "bias-reduction": (
        "`{name}` is not the sum over the examples alone",
        "sum over the examples only: one number for each unit",
    ),
    "broadcast-shape": (
        "`{name}` broadcasts a column against a row",
        "give both the same shape",
    ),
    "integer-division": (
        "`{name}` is rounded down to whole numbers by `//`",
        "divide with `/`, which keeps the fraction",
    ),
    "integer-array": (
        "`{name}` holds whole numbers: what is added to it is cut off",
        "create it with floating-point numbers",
    ),
    "rebound-in-function": (
        "`{name}` is bound anew inside the function, and the new value is lost at its end",
        "change the array in place, or return it and assign it",
    ),
    "result-ignored": (
        "nobody keeps what `{name}` returns: the new values are lost",
        "assign what it returns",
    ),
    "copy-updated": (
        "`{name}` is a copy: the update changes it, and the weights stay as they were",
        "change the weights themselves, or store the copy where they are read",
    ),
    "rebound-in-loop": (
        "`{name}` is bound anew inside the loop: what the loop runs over stays as it was",
        "change the array in place, or store the new value where the old one came from",
    ),
    "aliased-array": ("`{name}` is a second name for an array, not a copy", "copy the array"),
    "shared-rows": (
        "`{name}` holds one and the same row many times: to change one is to change them all",
        "make each row anew",
    ),
    "stale-activation": (
        "`{name}` uses values of an earlier pass",
        "use what was computed for this example",
    ),
    "overwritten-pass": (
        "`{name}` runs another forward pass before the error of the first is passed back",
        "pass the error back first, or keep what it needs",
    ),
    "softmax-axis": (
        "`{name}` works along the wrong axis",
        "work along the axis of the classes",
    ),
    "softmax-jacobian": (
        "`{name}` takes only the diagonal of softmax's Jacobian",
        "take the cross terms too: every output depends on every input of softmax",
    ),
    "momentum-sign": (
        "the momentum of `{name}` has the wrong sign",
        "turn the sign of the momentum",
    ),
    "other-memory": (
        "`{name}` keeps something else than its own old value",
        "keep a share of its own old value",
    ),
    "squared-memory": (
        "`{name}` remembers squares where the gradient itself is followed",
        "keep a mean of the gradient: the squares belong under the root",
    ),
    "power-of-memory": (
        "`{name}` is corrected for its start at zero by a product, which turns its sign after some steps",
        "divide by one minus the power: `1 - beta ** t`",
    ),
    "other-squares": (
        "`{name}` remembers something else than the squares of the gradient that its root divides",
        "add the square of that gradient to what is kept of its own sum",
    ),
    "other-root": (
        "the root that divides in `{name}` is not taken of the squares that were added up",
        "take it of the sum of the squares of what it divides",
    ),
    "other-scale": (
        "`{name}` scales the gradient by a wrong power of its squares",
        "divide it by the root of what adds up its squares",
    ),
    "negative-squares": (
        "`{name}` adds up squares, and yet it becomes negative: what it keeps of itself has the wrong sign",
        "turn the sign of what is kept",
    ),
    "decay-sign": ("the weight decay makes `{name}` grow", "turn the sign of the decay"),
    "wrong-index": ("`{name}` reads the wrong entry", "use the index of the right unit"),
    "wrong-range": (
        "`{name}` does not run over all that it should, or runs too far",
        "let it run over every layer, unit or example, and no further",
    ),
    "wrong-order": (
        "`{name}` runs from the wrong end: a layer's delta needs that of the layer after it",
        "go through the layers from the last to the first",
    ),
    "all-columns": (
        "`{name}` takes from whole columns: from every class that some example has, for every example",
        "take each example's own entry: a row index beside the column index",
    ),
    "bare-product": (
        "`{name}` leaves out a bias that is added to the same product at another place",
        "add it here, too",
    ),
    "bare-sum": (
        "`{name}` leaves out the activation: the same sum goes through it at another place, and its slope is taken",
        "use the activation here, too",
    ),
    "forward-mismatch": (
        "`{name}` is at odds with the rest of the forward pass",
        "make both agree",
    ),
    "loss-mismatch": (
        "the updates are the gradient of another loss ({other}) than the one that the program shows ({shown})",
        "show the loss that is trained, or train the one that is shown",
    ),
    "entropy-slope": (
        "`{name}` is not the slope of the cross-entropy by the output",
        "write out the slope of the whole loss, -y / a + (1 - y) / (1 - a) for two classes",
    ),
    "wrong-gradient": (
        "`{name}` moves along something that is not the gradient",
        "compare it with the chain rule for this line",
    ),
}


def words(code: str, name: str, **more: str) -> tuple[str, str]:
    """Message and help of a kind of mistake."""
    message, advice = WORDS.get(code, WORDS["wrong-gradient"])
    return message.format(name=name, **more), advice
