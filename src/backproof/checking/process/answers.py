"""What `input()` is answered while a program is checked: one table, from words of the prompt."""

from __future__ import annotations

# words of a prompt: the answer
ANSWERS = (
    (("rate", "alpha", "eta", "lr", "步长", "学习率"), "0.1"),
    (("epoch", "iter", "step", "times", "次"), "1000"),
    (("hidden", "neuron", "unit", "node", "size"), "4"),
    (("y/n", "yes", "(y"), "y"),
    (("seed",), "0"),
)
OTHERWISE = "1"


def answer_to(prompt: str) -> str:
    """The answer to a prompt."""
    words = prompt.lower()
    return next(
        (answer for keys, answer in ANSWERS if any(key in words for key in keys)), OTHERWISE
    )
