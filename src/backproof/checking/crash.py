"""Phase 3, when the program stops with an error of its own: where, with which shapes, and why probably.

crash(...)           a finding and the traceback, from what the runner told of the exception
syntax_crash(...)    the same for a program that Python cannot read
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from backproof.checking.source.read import Program
from backproof.diagnostic.finding import Finding, Severity, Span

Described = dict[str, Any]  # an exception, as the runner describes it

FEW = 6  # shapes that are shown
SAME = 3  # equal lines of a traceback that are shown


class Crash(NamedTuple):
    """What is said about an exception."""

    finding: Finding
    traceback: str
    line: int  # of the source that was run; 0 where it is not in the program


@dataclass(frozen=True)
class Kind:
    """One kind of exception: {0}, {1} are the groups of the pattern, {new} what stands for {0} now."""

    code: str
    types: tuple[str, ...]  # names of exceptions; none: any
    pattern: str  # found in the message
    cause: str
    help: str
    now: dict[str, str] = field(default_factory=dict)  # old name: new name; only these match


OLD_NAMES = {
    "xrange": "range",
    "raw_input": "input",
    "unicode": "str",
    "unichr": "chr",
    "long": "int",
    "basestring": "str",
    "reduce": "functools.reduce",
    "cmp": "(a > b) - (a < b)",
    "execfile": "exec(open(...).read())",
    "reload": "importlib.reload",
    "file": "open",
    "izip": "zip",
    "imap": "map",
    "iteritems": "items",
    "itervalues": "values",
    "iterkeys": "keys",
    "has_key": "key in dictionary",
}
OLD_MODULES = {
    "cPickle": "pickle",
    "urllib2": "urllib.request",
    "ConfigParser": "configparser",
    "Tkinter": "tkinter",
    "StringIO": "io",
    "cStringIO": "io",
    "Queue": "queue",
    "__builtin__": "builtins",
    "commands": "subprocess",
    "sets": "set",
}
OLD_NUMPY = {
    "float": "float",
    "int": "int",
    "bool": "bool",
    "object": "object",
    "complex": "complex",
    "str": "str",
    "long": "int",
    "unicode": "str",
    "float_": "np.float64",
    "mat": "np.asmatrix",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "alltrue": "np.all",
    "sometrue": "np.any",
    "Inf": "np.inf",
    "NaN": "np.nan",
    "infty": "np.inf",
    "row_stack": "np.vstack",
    "in1d": "np.isin",
    "trapz": "np.trapezoid",
}
# package: the name under which it is installed, where that is another
PACKAGES = {
    "cv2": "opencv-python",
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "skimage": "scikit-image",
    "mnist": "python-mnist",
    "bs4": "beautifulsoup4",
}

SYNTAX = ("SyntaxError", "IndentationError", "TabError")
MODULES = ("ModuleNotFoundError", "ImportError")
SHAPES = r"""(?x) not\ aligned | broadcast | mismatch\ in\ its\ core\ dimension | dimensions\ for\ the\ concatenation
    | reshape\ array | inhomogeneous | all\ the\ input\ array | einstein\ sum | setting\ an\ array\ element
    | dimension\ mismatch | shape-mismatch | shape\ mismatch | must\ be\ aligned | does\ not\ have\ enough\ dimensions
    | operands\ have\ a\ mismatch | axes\ don't\ match"""
WAY_OUT = "run it with Python 3 first, then check it"

# The first row that fits decides.
KINDS = (
    Kind(
        "crash-python-2",
        ("NameError", "AttributeError", "ImportError"),
        r"(?:name|attribute|import name) '(\w+)'",
        "`{0}` is a name of Python 2, and Python 3 has another for it",
        "write `{new}` for `{0}`, and look over the rest of the program for Python 2",
        OLD_NAMES,
    ),
    Kind(
        "crash-python-2",
        MODULES,
        r"No module named '(\w+)'",
        "`{0}` is a module of Python 2, and Python 3 has another for it",
        "import `{new}` for `{0}`, and look over the rest of the program for Python 2",
        OLD_MODULES,
    ),
    Kind(
        "crash-python-2",
        ("SyntaxError",),
        r"Missing parentheses in call to '(print|exec)'",
        "the program is written for Python 2, in which `{0}` took no parentheses",
        "write `{0}(...)`, and look over the rest of the program for Python 2",
    ),
    Kind(
        "crash-python-2",
        ("SyntaxError",),
        r"multiple exception types must be parenthesized|leading zeros in decimal|exception group",
        "the program is written for Python 2",
        "translate this line to Python 3: `except Error as e:`, or `0o17` for the number",
    ),
    Kind(
        "crash-python-2",
        ("TabError",),
        r"",
        "tabs and spaces are mixed; Python 2 took a tab for eight spaces, and Python 3 takes neither for the other",
        "indent the whole program with spaces",
    ),
    Kind(
        "crash-python-2",
        ("TypeError",),
        r"'(map|filter|zip|dict_keys|dict_values|dict_items)' object (?:is not subscriptable|does not support item|has no len)"
        r"|object of type '(map|filter|zip)' has no len",
        "`{0}` gave a list in Python 2, and gives something to go through once in Python 3",
        "put `list(...)` around it",
    ),
    Kind(
        "crash-python-2",
        ("TypeError",),
        r"'range' object does not support item (\w+)",
        "`range` gave a list in Python 2, and gives something that cannot be changed in Python 3",
        "put `list(...)` around it",
    ),
    Kind(
        "crash-python-2",
        ("TypeError",),
        r"unsupported operand type\(s\) for >>: 'builtin_function_or_method'",
        "`print >> file` is Python 2",
        "write `print(..., file=...)`",
    ),
    Kind(
        "crash-syntax",
        SYNTAX,
        r"",
        "Python cannot read the program: {message}",
        "mend this line, or the one before it",
    ),
    Kind(
        "crash-missing-module",
        ("ModuleNotFoundError",),
        r"No module named '([\w.]+)'",
        "`{0}` is not installed here, nor does a file of this name lie beside the program",
        "install it with `pip install {package}` into the same environment as backproof, or take out what needs it",
    ),
    Kind(
        "crash-missing-module",
        MODULES,
        r"",
        "what should be imported is not there, at least not in the version that is installed",
        "install the version that the program was written for, or import the name from where it is now",
    ),
    Kind(
        "crash-integer-array",
        (),
        r"Cannot cast ufunc .*to dtype\('u?int\d*'\)",
        "an array of whole numbers is to take fractions, which it cannot hold",
        "make it with `dtype=float` where it is created",
    ),
    Kind(
        "crash-memory",
        ("MemoryError", "_ArrayMemoryError"),
        r"array with shape \((\d[\d, ]*)\)",
        "an array of shape ({0}) does not fit into the {memory} MiB that a program may use here",
        "look at how this shape comes about; more memory can be given with `--memory MIB`",
    ),
    Kind(
        "crash-memory",
        ("MemoryError", "_ArrayMemoryError"),
        r"",
        "the program asks for more than the {memory} MiB that it may use here",
        "look for a list that grows without end, or a broadcast that makes a large table; `--memory MIB` gives more",
    ),
    Kind(
        "crash-shape-mismatch",
        ("ValueError",),
        SHAPES,
        "the shapes of what is combined here do not fit",
        "find the operand whose shape is not what you expect; in a backward pass it is mostly a transpose that is missing or one too many",
    ),
    Kind(
        "crash-overflow",
        ("OverflowError", "FloatingPointError"),
        r"",
        "a number became too large for floating point: often the weights, when the learning rate is too large, or the argument of an exponential",
        "keep the argument of `exp` within about 700, or lower the learning rate",
    ),
    Kind(
        "crash-overflow",
        ("ValueError",),
        r"math domain error|expected a positive input",
        "a logarithm or a root was asked of a number that has none, such as 0",
        "keep the argument away from 0, for instance with `max(p, 1e-12)`",
    ),
    Kind(
        "crash-name",
        ("UnboundLocalError",),
        r"variable '(\w+)'",
        "`{0}` is assigned somewhere in this function, so it is a local name there, and has no value yet",
        "hand it over as an argument and return the new value, or say `global {0}`",
    ),
    Kind(
        "crash-name",
        ("NameError",),
        r"name '(\w+)' is not defined",
        "nothing of the name `{0}` was assigned, defined or imported before this line",
        "correct the spelling, or define or import `{0}` above",
    ),
    Kind(
        "crash-other",
        ("AttributeError",),
        r"module 'numpy' has no attribute '(\w+)'",
        "NumPy no longer has `np.{0}`",
        "write `{new}`",
        OLD_NUMPY,
    ),
    Kind(
        "crash-other",
        ("RecursionError",),
        r"",
        "a function calls itself again and again without an end",
        "give it a case in which it returns without calling itself, or call the function that was meant",
    ),
    Kind(
        "crash-other",
        ("TypeError",),
        r"only (?:length-1|0-dimensional|size-1) arrays can be converted",
        "a function for one number, such as those of `math`, was given an array",
        "take NumPy's function of the same name, `np.exp` for `math.exp`",
    ),
    Kind(
        "crash-other",
        ("TypeError",),
        r"can't multiply sequence by non-int|unsupported operand type\(s\) for [-+*/@]+: '(?:list|float|int)' and '(?:list|float|int)'",
        "lists do not calculate element by element",
        "make them arrays with `np.array(...)`, or go through them in a loop",
    ),
    Kind(
        "crash-other",
        ("TypeError",),
        r"'NoneType'",
        "something here is None: often the result of a function that does not `return` it",
        "look at the function that the value comes from, and let it return the value",
    ),
    Kind(
        "crash-other",
        ("IndexError",),
        r"out of (?:bounds|range)",
        "an index is beyond the end: often a loop that runs one too far, or a transposed array",
        "compare the index with the length",
    ),
    Kind(
        "crash-other",
        ("FileNotFoundError",),
        r"'([^']*)'",
        "the file `{0}` is not there; paths are taken from the folder of the program",
        "put it beside the program",
    ),
    Kind(
        "crash-other",
        ("PermissionError",),
        r"starts no processes",
        "the program starts another process, which it may not do while it is checked",
        "leave that out while it is checked",
    ),
    Kind(
        "crash-other",
        ("ZeroDivisionError",),
        r"",
        "something is divided by zero: an empty list or batch, perhaps",
        "look at what the divisor is when it comes here",
    ),
    Kind("crash-other", (), r"", "", "make the program run by itself first, from its own folder"),
)


def crash(error: Described, program: Program, memory: int, severity: Severity = "error") -> Crash:
    """What is to say about an exception that ended the program."""
    frames = [_Frame(*frame) for frame in error["frames"]]
    own = [frame for frame in frames if frame.file == program.file]
    text = _traceback(error, frames, program)
    if not own:
        line = min(int(error.get("lineno") or 1), program.source.count("\n") + 1)
        return Crash(_finding(error, program, _whole(program, line), [], memory, severity), text, 0)
    last = own[-1]
    where = _marked(program.source, last)
    shapes = _operands(program.source, where, error["shapes"])
    finding = _finding(error, program, where, shapes, memory, severity)
    if finding.code in SHAPED:
        finding = _spread(program.source, where, error["shapes"], finding)
    return Crash(finding, text, last.line)


def syntax_crash(error: SyntaxError, program: Program, memory: int) -> Crash:
    """What is to say about a program that Python cannot read."""
    count = program.source.count("\n") + 1
    line = min(max(error.lineno or 1, 1), count)
    described = {"type": type(error).__name__, "message": error.msg, "lineno": line}
    lines = program.source.split("\n")
    where = _whole(program, line)
    begin = (error.offset or 0) - 1
    if 0 <= begin < len(lines[line - 1]):
        same = error.end_lineno == line and (error.end_offset or 0) > begin + 1
        end = (error.end_offset or 0) - 1 if same else begin + 1
        where = _Where(line, begin, line, min(end, len(lines[line - 1])))
    text = "\n".join(
        [
            f"  File {_place(program, line)}",
            f"    {lines[line - 1].strip()}",
            f"{described['type']}: {error.msg}",
        ]
    )
    return Crash(_finding(described, program, where, [], memory, "error"), text, line)


class _Frame(NamedTuple):
    """One line of a traceback; columns in bytes from 0."""

    file: str
    line: int
    function: str
    text: str
    end_line: int | None = None
    column: int | None = None
    end_column: int | None = None


class _Where(NamedTuple):
    """A part of the source; lines from 1, columns in characters from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


# where ------------------------------------------------------------------------------------


def _whole(program: Program, line: int) -> _Where:
    """A line without its indentation."""
    text = program.source.split("\n")[line - 1]
    return _Where(line, len(text) - len(text.lstrip()), line, max(len(text.rstrip()), 1))


def _marked(source: str, frame: _Frame) -> _Where:
    """The expression that failed, or the statement where only the line is known."""
    lines = source.split("\n")
    line = min(frame.line, len(lines))

    def characters(number: int, offset: int) -> int:
        return len(lines[number - 1].encode()[:offset].decode(errors="replace"))

    if frame.column is not None and frame.end_column and frame.end_line:
        return _Where(
            line,
            characters(line, frame.column),
            frame.end_line,
            characters(frame.end_line, frame.end_column),
        )
    text = lines[line - 1]
    return _Where(line, len(text) - len(text.lstrip()), line, len(text.rstrip()))


def _span(program: Program, where: _Where) -> Span:
    return Span(program.file, where.line, where.column + 1, where.end_line, where.end_column + 1)


def _place(program: Program, line: int) -> str:
    file, cell, number = program.place(line)
    inside = "" if cell is None else f"cell {cell}, "
    return f'"{file}", {inside}line {number}'


# what -------------------------------------------------------------------------------------


def _operands(source: str, where: _Where, shapes: Sequence[Sequence[Any]]) -> list[str]:
    """`W` is (2, 3): of what the failing line reads."""
    known = {name: (shape, kind) for name, shape, kind in shapes}
    out: dict[str, str] = {}
    for node in _reads(source, where):
        name = ast.unparse(node)
        if name in known and name not in out:
            shape, kind = known[name]
            out[name] = f"`{name}` is {_shape(shape, kind)}"
    return list(out.values())[:FEW]


def _spread(
    source: str, where: _Where, shapes: Sequence[Sequence[Any]], finding: Finding
) -> Finding:
    """The finding; with where an operand became a table, because a line spread a column over a row: `e = out - y` of (n, 1) and (n,)."""
    known = {name: tuple(shape) for name, shape, _ in shapes if shape}
    read = {ast.unparse(node) for node in _reads(source, where)}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.BinOp):
            continue
        name, sides = ast.unparse(node.targets[0]), (node.value.left, node.value.right)
        one, other = (ast.unparse(side) for side in sides)
        table, column, row = known.get(name, ()), known.get(one, ()), known.get(other, ())
        if name not in read or node.lineno >= where.line:
            continue
        if len(column) == 1:
            one, other, column, row = other, one, row, column
        if len(table) == 2 and column == (table[0], 1) and row == table[1:]:
            cause = (
                f"`{name}` is {table} since line {node.lineno}, which pairs every number of `{one}`, "
                f"{column}, with every one of `{other}`, {row}"
            )
            advice = f"make `{other}` a column where it is made: `{other}.reshape(-1, 1)`"
            return replace(finding, notes=(cause, *finding.notes[1:]), help=advice)
    return finding


def _shape(shape: Sequence[int] | None, kind: str) -> str:
    if shape is None:
        return "None" if kind == "NoneType" else f"a {kind}"
    if kind == "list":
        inner = f" of {len(shape)} levels" if len(shape) > 2 else ""
        return f"a list of {' by '.join(map(str, shape))}{inner}"
    text = str(tuple(shape)) if len(shape) != 1 else f"({shape[0]},)"
    return text if kind.startswith("float") else f"{text} of {kind}"


def _reads(source: str, where: _Where) -> list[ast.expr]:
    """Names, attributes and entries that stand in the marked part, or in its line where it marks no more than that."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    kinds = (ast.Name, ast.Attribute, ast.Subscript)
    lines = source.split("\n")
    found = []
    for node in ast.walk(tree):
        if isinstance(node, kinds) and where.line <= node.lineno <= where.end_line:
            column = len(
                lines[node.lineno - 1].encode()[: node.col_offset].decode(errors="replace")
            )
            inside = node.lineno > where.line or column >= where.column
            before_end = node.lineno < where.end_line or column < where.end_column
            if inside and before_end:
                found.append(node)
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _kind(error: Described) -> tuple[Kind, dict[str, str], tuple[str, ...]]:
    """The first row of the table that fits, the new name, and the groups of its pattern."""
    for kind in KINDS:
        if kind.types and error["type"] not in kind.types:
            continue
        match = re.search(kind.pattern, error["message"])
        if match is None:
            continue
        groups = tuple(group for group in match.groups() if group)
        if kind.now and (not groups or groups[0] not in kind.now):
            continue
        return kind, {"new": kind.now.get(groups[0], "") if groups else ""}, groups
    raise AssertionError("the last row fits everything")


def _finding(
    error: Described,
    program: Program,
    where: _Where,
    shapes: list[str],
    memory: int,
    severity: Severity,
) -> Finding:
    kind, words, groups = _kind(error)
    package = groups[0].partition(".")[0] if groups else ""
    words |= {
        "message": error["message"],
        "memory": str(memory),
        "package": PACKAGES.get(package, package),
    }
    first = (error["message"].strip() or "no message").splitlines()[0]
    return Finding(
        code=kind.code,
        severity=severity,
        span=_span(program, where),
        name=None,
        message=f"{error['type']}: {first}",
        label=", ".join(shapes) if kind.code in SHAPED else "",
        notes=tuple(
            note
            for note in (
                kind.cause.format(*groups, **words),
                "" if kind.code in SHAPED else ", ".join(shapes),
            )
            if note
        ),
        help=kind.help.format(*groups, **words),
    )


SHAPED = ("crash-shape-mismatch", "crash-integer-array")


def _traceback(error: Described, frames: Sequence[_Frame], program: Program) -> str:
    lines = program.source.split("\n")
    out = ["Traceback (most recent call last):"] if frames else []
    for number, frame in enumerate(frames):
        if frames[max(number - SAME, 0) : number] == [frame] * SAME:
            continue  # a function that calls itself again and again
        own = frame.file == program.file and 0 < frame.line <= len(lines)
        where = _place(program, frame.line) if own else f'"{frame.file}", line {frame.line}'
        text = lines[frame.line - 1].strip() if own else frame.text.strip()
        out += [f"  File {where}, in {frame.function}", *([f"    {text}"] if text else [])]
    message = error["message"]
    return "\n".join([*out, f"{error['type']}: {message}" if message else error["type"]])
