"""Phase 1 of a check: what the text of a program is, and that everything but the changed lines stays as it is."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from backproof.checking.source.notebook import plain_lines
from backproof.checking.source.read import STRING, program_at, program_of, program_of_bytes
from backproof.errors import InputError

TEXT = "import numpy as np\n\nx = 1\nfor i in range(3):\n    x = x * 2  # ü\n"

# variant: the bytes of a file that holds TEXT
VARIANTS = {
    "plain": TEXT.encode(),
    "CRLF": TEXT.replace("\n", "\r\n").encode(),
    "CR": TEXT.replace("\n", "\r").encode(),
    "mixed ends": TEXT.replace("\n", "\r\n", 3).encode(),
    "BOM": b"\xef\xbb\xbf" + TEXT.encode(),
    "BOM and CRLF": b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
    "no last end": TEXT.rstrip("\n").encode(),
    "latin-1 without a word": TEXT.encode("latin-1"),
    "tabs": TEXT.replace("    ", "\t").encode(),
    "form feeds": TEXT.replace("\n\n", "\n\x0c\n").encode(),
}


def cookie(name, encoding):
    return f"# -*- coding: {name} -*-\n{TEXT}".encode(encoding)


VARIANTS |= {
    "latin-1": cookie("latin-1", "latin-1"),
    "cp1252": cookie("cp1252", "cp1252"),
    "utf-8": cookie("utf-8", "utf-8"),
    "cookie in the second line": b"#!/usr/bin/env python\n" + cookie("latin-1", "latin-1"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_analysed_source_has_plain_ends_and_the_right_letters(variant):
    source = program_of(VARIANTS[variant]).source
    assert "\r" not in source
    assert "ü" in source
    ast.parse(source)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_not_changed_comes_back_to_the_byte(variant):
    program = program_of(VARIANTS[variant])
    assert program.encoded(program.with_source(program.source)) == VARIANTS[variant]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_changed_line_keeps_its_end_and_the_others_everything(variant):
    program = program_of(VARIANTS[variant])
    fixed = program.encoded(program.with_source(program.source.replace("x * 2", "x * 3")))
    assert fixed == VARIANTS[variant].replace(b"x * 2", b"x * 3")


def test_a_new_line_gets_the_usual_end_and_a_deleted_one_takes_its_own_along():
    program = program_of(b"a = 1\r\nb = 2\r\nc = 3")
    assert program.with_source("a = 1\nb = 2\nb += 1\nc = 3") == "a = 1\r\nb = 2\r\nb += 1\r\nc = 3"
    assert program.with_source("a = 1\nb = 2\nc = 3\nd = 4") == "a = 1\r\nb = 2\r\nc = 3\r\nd = 4"
    assert program.with_source("a = 1\nc = 3") == "a = 1\r\nc = 3"


def test_a_fix_that_the_encoding_lacks_is_refused():
    program = program_of(VARIANTS["latin-1"])
    with pytest.raises(InputError, match="UTF-8"):
        program.encoded("θ = 1\n")


# what may be given ------------------------------------------------------------------------


def test_a_path_a_text_and_bytes_are_programs(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(TEXT, "utf-8")
    assert program_of(path) == program_of(f"{path}") == program_at(path)
    assert program_of(path).name == "net.py"
    assert program_of(path).folder == tmp_path.resolve()
    assert program_of(TEXT).source == program_of(TEXT.encode()).source == TEXT
    assert program_of(TEXT).file == STRING
    assert program_of(TEXT).path is None


def test_a_function_of_a_file_means_the_file():
    assert program_of(test_a_function_of_a_file_means_the_file).path == Path(__file__)


def typed_in(text, **names):
    """The last function of a text that was typed into a session of its own."""
    import linecache
    import sys
    from types import ModuleType

    module = ModuleType("__session__")
    sys.modules["__session__"] = module
    linecache.cache["<cell>"] = (len(text), None, text.splitlines(keepends=True), "<cell>")
    module.__dict__.update(names)
    exec(compile(text, "<cell>", "exec"), module.__dict__)
    return [value for value in vars(module).values() if getattr(value, "__code__", None)][-1]


SESSION = """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train(steps=3):
    global seen
    W = start.copy()
    for _ in range(steps):
        W -= rate * sigmoid(W)
    seen = W
"""


def test_a_function_of_a_session_becomes_a_program_with_what_it_uses():
    start = np.array([[1.5, 2.0]])
    train = typed_in(SESSION, np=np, start=start, rate=0.5, unused=object())
    names = {}
    exec(program_of(train).source, names)
    train()
    np.testing.assert_array_equal(names["seen"], train.__globals__["seen"])


def test_a_function_that_needs_arguments_is_refused():
    with pytest.raises(InputError, match="needs X, y"):
        program_of(typed_in("def train(X, y, rate=1):\n    pass\n"))


def test_what_cannot_be_written_down_is_refused():
    function = typed_in("def train():\n    return source\n", source=iter([]))
    with pytest.raises(InputError, match="`source` is a list_iterator"):
        program_of(function)


@pytest.mark.parametrize("thing", [3, None, ["a.py"], len])
def test_what_is_no_program_is_refused(thing):
    with pytest.raises(InputError, match="needed is"):
        program_of(thing)


# content of the file: words of the message
NO_PROGRAMS = {
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", ["binary", "line 3"]),
    "UTF-16": (TEXT.encode("utf-16"), ["UTF-16", "UTF-8"]),
    "an unknown encoding": (b"# coding: klingon\n", ["`klingon`", "utf-8"]),
    "no encoding of text": (b"# coding: rot13\n", ["rot13"]),
    "not in its encoding": (cookie("ascii", "latin-1"), ["ascii", "0xfc", "line 6"]),
    "too much": (b" " * ((32 << 20) + 1), ["32 MiB"]),
}


@pytest.mark.parametrize("kind", NO_PROGRAMS)
def test_a_file_that_holds_no_program_is_refused_with_its_name(tmp_path, kind):
    content, words = NO_PROGRAMS[kind]
    path = tmp_path / "main.py"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        program_at(path)
    for word in ["main.py", *words]:
        assert word in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        program_at(tmp_path / "net.py")
    with pytest.raises(InputError, match="is a folder"):
        program_at(tmp_path)


# other files of the person's ----------------------------------------------------------------

NET = """\
import numpy as np
from .slopes import slope as f

class Net:
    W = np.ones(2)

    def step(self, x):
        self.W = self.W - rate * f(x)

rate = 0.5
if __name__ == "__main__":
    print(1 / 0)
"""
FILES = {
    "nets/__init__.py": '"""Nets."""\n',
    "nets/dense.py": NET,
    "nets/slopes.py": "from __future__ import annotations\r\ndef slope(x):\r\n    return 2 * x\r\n",
    "settings.py": "start = 1\n\ndef begin():\n    return start\n",
    "main.py": """\
import numpy as np
import settings, math
from nets.dense import Net

settings.start = 3
net = Net()
for i in range(3):
    net.step(settings.begin())
result = net.W + math.pi
""",
}


@pytest.fixture
def main(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path / "main.py"


def run(source):
    names = {"__name__": "__main__"}
    exec(source, names)
    return names["result"]


def test_other_files_are_part_of_the_program(main, monkeypatch):
    monkeypatch.syspath_prepend(main.parent)
    program = program_at(main)
    assert "class Net" in program.source
    assert "def begin" in program.source
    np.testing.assert_array_equal(run(program.source), run(main.read_text()))


def test_lines_of_other_files_are_found_in_them(main):
    program = program_at(main)
    for number, line in enumerate(program.source.split("\n"), start=1):
        file, cell, place = program.place(number)
        assert cell is None
        own = Path(file).read_text().split("\n")
        if line.strip() and line in own:
            assert own[place - 1] == line
    file, _, line = program.place(program.source.split("\n").index("    return 2 * x") + 1)
    assert (file, line) == (f"{main.parent / 'nets' / 'slopes.py'}", 3)
    assert program.line("8", "--step") == 1 + program.source.split("\n").index(
        "    net.step(settings.begin())"
    )


def test_a_fix_goes_to_the_file_that_its_line_is_in(main):
    program = program_at(main)
    slopes = f"{main.parent / 'nets' / 'slopes.py'}"
    source = program.source.replace("    return 2 * x", "    x = 2 * x\n    return x")
    text = FILES["nets/slopes.py"].replace("return 2 * x", "x = 2 * x\r\n    return x")
    assert program.with_sources(source) == {slopes: text}
    assert program.with_source(source) == FILES["main.py"]
    source = source.replace("range(3)", "range(4)").replace("rate = 0.5\n", "")
    changed = program.with_sources(source)
    assert changed[f"{main}"] == FILES["main.py"].replace("range(3)", "range(4)")
    assert changed[slopes] == text
    assert changed[f"{main.parent / 'nets' / 'dense.py'}"] == NET.replace("rate = 0.5\n", "")


# file and text: a reason to leave an import to Python
LEFT_ALONE = [
    ("settings.py", "start = 1\nnet = 2\n"),  # `net` is another thing in the main file
    ("settings.py", "start = 1\nimport os\nprint(__file__)\n"),
    ("settings.py", "def broken(:\n"),
    ("settings.py", "\0"),
    ("nets/slopes.py", "def slope(x):\n    return x\n\nrate = 3\n"),
]


@pytest.mark.parametrize(("name", "text"), LEFT_ALONE)
def test_what_cannot_share_the_names_of_the_program_is_left_to_python(main, name, text):
    (main.parent / name).write_text(text)
    source = program_at(main).source
    assert text not in source
    assert ("import settings" in source) == (name == "settings.py")


def test_files_that_import_each_other_come_to_an_end(tmp_path):
    (tmp_path / "a.py").write_text("import b\nx = 1\n")
    (tmp_path / "b.py").write_text("import a\nimport main\ny = 2\n")
    (tmp_path / "main.py").write_text("from a import x\nfrom b import *\nresult = x + y\n")
    assert run(program_at(tmp_path / "main.py").source.replace("import main", "")) == 3


# notebooks --------------------------------------------------------------------------------

# line of a cell: the same as Python
MAGICS = {
    "%matplotlib inline": "pass",
    "    %matplotlib inline": "    pass",
    "!pip install numpy": "pass",
    "np.dot?": "pass",
    "?np.dot": "pass",
    "files = !ls": "files = []",
    "%time train(X, y)": "pass; train(X, y)",
    "  %timeit -n 10 train()": "  pass;         train()",
    "now = %time 1 + 1": "now =       1 + 1",
    "from __future__ import annotations": "pass",
    "x = a % b": "x = a % b",
    "x != y": "x != y",
    "x = 1": "x = 1",
}


@pytest.mark.parametrize("line", MAGICS)
def test_what_only_ipython_understands_is_taken_out(line):
    assert plain_lines(line) == [MAGICS[line]]


# cell: the same as Python
CELLS = {
    "%%time\nx = 1": "pass\nx = 1",
    "\n%%bash\necho $HOME": "#\n#%%bash\n#echo $HOME",
    "!pip install \\\n  numpy\nx = 1": "pass\npass\nx = 1",
    'text = """\n%matplotlib inline\n"""\n%who': 'text = """\n%matplotlib inline\n"""\npass',
    "x = (a\n     % b)\ny = a \\\n  % b": "x = (a\n     % b)\ny = a \\\n  % b",
    "": "",
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_lines_of_a_cell_keep_their_numbers(cell):
    assert "\n".join(plain_lines(cell)) == CELLS[cell]


def notebook(*cells, indent=1, **how):
    """A notebook of code cells, with a cell of prose in front of each."""
    listed = []
    for source in cells:
        listed.append({"cell_type": "markdown", "metadata": {}, "source": ["# ü \\ {["]})
        listed.append(
            {"cell_type": "code", "outputs": [{"data": {"a": [1.0, {}]}}], "source": source}
        )
    whole = {"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent, ensure_ascii=False, **how).encode()


LISTED = ["%matplotlib inline\n", "x = 1"], [], ["for i in range(2):\n", "    x = x * 2\n", "x"]


def test_lines_of_a_notebook_are_found_in_their_cells():
    program = program_of_bytes(notebook(*LISTED), "net.ipynb")
    lines = program.source.split("\n")
    assert program.place(lines.index("x = 1") + 1) == ("net.ipynb", 1, 2)
    assert program.place(lines.index("    x = x * 2") + 1) == ("net.ipynb", 3, 2)
    for number, line in enumerate(lines, start=1):
        if line not in ("", "\f"):
            _, cell, place = program.place(number)
            assert program.line(f"{cell}:{place}", "--step") == number
    exec(program.source, {})


@pytest.mark.parametrize("how", [{}, {"indent": None}, {"indent": 4}, {"separators": (",", ":")}])
def test_a_fix_of_a_notebook_changes_its_line_alone(how):
    content = notebook(*LISTED, **how)
    program = program_of_bytes(content, "net.ipynb")
    fixed = program.encoded(program.with_source(program.source.replace("x * 2", "x * 3")))
    assert fixed == content.replace(b"x * 2", b"x * 3")
    assert program.encoded(program.with_source(program.source)) == content


def test_lines_come_and_go_in_a_notebook():
    program = program_of_bytes(notebook(*LISTED), "net.ipynb")
    source = program.source.replace("x = 1", "x = 1\ny = 2").replace("    x = x * 2\n", "")
    cells = [
        cell["source"]
        for cell in json.loads(program.with_source(source))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert cells == [
        ["%matplotlib inline\n", "x = 1\n", "y = 2"],
        [],
        ["for i in range(2):\n", "x"],
    ]


def test_a_cell_may_be_one_text():
    content = notebook("%time\nx = 1\ny = 'ü'\n")
    program = program_of_bytes(content, "net.ipynb")
    fixed = program.encoded(program.with_source(program.source.replace("x = 1", "x = 2")))
    assert fixed == content.replace(b"x = 1", b"x = 2")


def test_a_notebook_from_standard_input_is_recognised():
    assert program_of_bytes(notebook(["x = 1"]), "<stdin>").source == "x = 1"


# content: words of the message
NO_NOTEBOOKS = {
    "cut short": (b'{"cells": [\n', ["damaged"]),
    "a list": (b"[]", ["cells"]),
    "cells of nothing": (b'{"cells": [1]}', ["cells"]),
    "of an old format": (b'{"worksheets": []}', ["old format"]),
    "in another language": (
        b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', ["in r", "Python"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_NOTEBOOKS)
def test_what_is_no_notebook_is_refused(kind):
    content, words = NO_NOTEBOOKS[kind]
    with pytest.raises(InputError) as caught:
        program_of_bytes(content, "net.ipynb")
    for word in ["net.ipynb", *words]:
        assert word in str(caught.value)
