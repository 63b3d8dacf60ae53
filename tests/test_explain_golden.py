"""The whole derivation of a 2-3-1 network for XOR, in each format, word for word; and the page of docs that it is.

What rounding leaves of a difference is another number on another machine, so it counts as `~` here.
"""

import json
import os
import re
from pathlib import Path

import pytest
from command import backproof
from golden import SWITCH, check_golden

from backproof.derivation.renderers import RENDERERS

PAGE = Path(__file__).parents[1] / "docs" / "derivation.md"
ENDINGS = {"text": "txt", "markdown": "md", "latex": "tex", "html": "html", "json": "json"}

ROUNDING = re.compile(r"\d(?:\.\d+)?e(?:−|\$-\$)(?:[89]|\d\d)")
# a difference of exactly 0: behind the words, or as the last cell of a line that has others
NOTHING = re.compile(
    r"(?<=largest difference )0\b|(?<=\S  )0$|(?<=\| )0(?= \|)|(?<=<td>)0(?=</td>)|(?<=& )0(?= )|(?<=  )0(?= +holds)",
    re.M,
)


def steady(text):
    return re.sub(r"~ +", "~ ", NOTHING.sub("~", ROUNDING.sub("~", text)))


def steady_data(data):
    if isinstance(data, dict):
        return {key: 0 if key == "difference" else steady_data(one) for key, one in data.items()}
    if isinstance(data, list):
        cells = all(isinstance(one, str) for one in data)
        return ["~" if cells and one == "0" else steady_data(one) for one in data]
    if isinstance(data, str):
        return steady(data)
    return float(f"{data:.8g}") if isinstance(data, float) else data


@pytest.mark.parametrize("form", RENDERERS)
def test_the_document_is_as_it_was_read(capsys, form):
    status, out, _ = backproof(capsys, "explain", "xor", "--hidden", "3", "--format", form)
    assert status == 0
    if form == "json":
        out = json.dumps(steady_data(json.loads(out)), indent=1, ensure_ascii=False) + "\n"
    check_golden(f"explain/xor.{ENDINGS[form]}", steady(out))


def test_the_page_of_docs_is_up_to_date(capsys):
    page = backproof(capsys, "explain", "xor", "--format", "markdown")[1]
    if os.environ.get(SWITCH) == "1":
        PAGE.write_bytes(page.encode())
    written = PAGE.read_bytes().decode() if PAGE.exists() else ""
    assert steady(written) == steady(page), f"{SWITCH}=1 writes docs/derivation.md anew"


def test_steady_leaves_everything_else():
    assert steady("= −0.0061 largest difference 3e−11") == "= −0.0061 largest difference ~"
    assert steady("0.1 · 0 = 0") == "0.1 · 0 = 0"
    assert steady("[ 0  −0.2  0 ]   1×3") == "[ 0  −0.2  0 ]   1×3"
