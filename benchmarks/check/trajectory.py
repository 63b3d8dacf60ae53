"""A child process: run a program, and note its weights at the head of every training step.

A pickled request on standard input, a pickled answer on standard output; what the program prints goes nowhere.

    source    the program
    step      which loop makes one step for each iteration: its number among the program's loops, from the top
    weights   paths such as "W1", "self.layers[*].w", "p['a0']" or "rows[*][:-1]", each evaluated at the head of the step; an
              attribute of a function is a name that it encloses
    steps     so many steps, then stop
    forced    None, or for every step and path the numbers to set there: the step then starts from these
    seconds   of the processor, then it is stopped where the system can
    names     also note the type and shape of every name, in every function

    arrived   at every head and for every path, the numbers that the program brought
    started   the numbers that the step started from: the same, unless they were forced
    end       "enough" steps, or the program "finished" before, "crashed", or a weight was "reshaped"
    error     of a crash, its text
    shapes    if asked for: {function: {name: [type, shape, whether it varied]}}

The random numbers are the same in every run: what seeds itself from the clock is seeded with 0.
"""

from __future__ import annotations

import ast
import builtins
import ctypes
import os
import pickle
import random
import re
import sys
import tempfile
from array import array
from types import FunctionType
from typing import Any

try:
    import resource
except ImportError:  # not on this system
    resource = None  # type: ignore[assignment]

FILE = "program.py"
HOOK = "_head_of_step_"
PART = re.compile(r"\.?([^\W\d]\w*)|\[(\*|'[^']*'|\"[^\"]*\"|-?\d*:?-?\d*)\]")
Numbers = array  # of float


class Enough(BaseException):
    """Thrown out of the program once its steps are counted."""


class Reshaped(Enough):
    """A weight has another number of entries than it must be set to."""


class Place:
    """Where a value hangs: a name of a frame, an attribute or an item."""

    def __init__(self, owner: Any, key: Any, kind: str) -> None:
        self.owner, self.key, self.kind = owner, key, kind

    def get(self) -> Any:
        if self.kind == "attribute" and isinstance(self.owner, FunctionType):
            return self.cell().cell_contents
        if self.kind == "attribute":
            return getattr(self.owner, self.key)
        if self.kind == "item":
            return self.owner[self.key]
        names = self.owner.f_locals
        return names[self.key] if self.key in names else self.owner.f_globals[self.key]

    def cell(self) -> Any:
        return self.owner.__closure__[self.owner.__code__.co_freevars.index(self.key)]

    def set(self, value: Any) -> None:
        if self.kind == "attribute" and isinstance(self.owner, FunctionType):
            self.cell().cell_contents = value
        elif self.kind == "attribute":
            setattr(self.owner, self.key, value)
        elif self.kind == "item":
            self.owner[self.key] = value
        elif self.key in self.owner.f_locals:
            self.owner.f_locals[self.key] = value
            if sys.version_info < (3, 13):  # later, f_locals writes through
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(self.owner), ctypes.c_int(0))
        else:
            self.owner.f_globals[self.key] = value


def places(path: str, frame: Any) -> list[Place]:
    """The places that a path names, one for every `[*]`."""
    parts = PART.findall(path)
    found = [Place(frame, parts[0][0], "name")]
    for attribute, index in parts[1:]:
        if attribute:
            found = [Place(place.get(), attribute, "attribute") for place in found]
        elif index == "*":
            found = [inner for place in found for inner in items(place.get())]
        elif ":" in index:
            found = [inner for place in found for inner in items(place.get())[sliced(index)]]
        else:
            found = [Place(place.get(), ast.literal_eval(index), "item") for place in found]
    return found


def sliced(index: str) -> slice:
    first, last = index.split(":")
    return slice(int(first) if first else None, int(last) if last else None)


def items(value: Any) -> list[Place]:
    keys = value if isinstance(value, dict) else range(len(value))
    return [Place(value, key, "item") for key in keys]


def is_array(value: Any) -> bool:
    return hasattr(value, "dtype") and getattr(value, "shape", ()) != ()


def read(place: Place) -> list[float]:
    """All numbers at a place, in order."""
    value = place.get()
    if is_array(value):
        return [float(number) for number in value.flat]
    if isinstance(value, (list, tuple, dict)):
        return [number for inner in items(value) for number in read(inner)]
    return [float(value)]


def write(place: Place, numbers: list[float]) -> list[float]:
    """Set a place to the first numbers, in place where it can be; returns the others."""
    value = place.get()
    if is_array(value):
        numpy = sys.modules["numpy"]
        value[...] = numpy.array(numbers[: value.size]).reshape(value.shape)
        return numbers[value.size :]
    if isinstance(value, (list, tuple, dict)):
        for inner in items(value):
            numbers = write(inner, numbers)
        return numbers
    place.set(numbers[0])
    return numbers[1:]


class Recorder:
    """What is called at the head of each step."""

    def __init__(self, weights: list[str], steps: int, forced: list[list[Numbers]] | None):
        self.weights, self.steps, self.forced = weights, steps, forced
        self.arrived: list[list[Numbers]] = []
        self.started: list[list[Numbers]] = []

    def __call__(self) -> None:
        frame = sys._getframe(1)
        arrived = self.read(frame)
        head = len(self.arrived)
        if self.forced is not None and list(map(len, arrived)) != list(map(len, self.forced[0])):
            raise Reshaped
        self.arrived.append(arrived)
        if self.forced is not None and head < len(self.forced):
            for path, numbers in zip(self.weights, self.forced[head], strict=True):
                rest = list(numbers)
                for place in places(path, frame):
                    rest = write(place, rest)
            arrived = self.read(frame)
        self.started.append(arrived)
        if head >= self.steps:
            raise Enough

    def read(self, frame: Any) -> list[Numbers]:
        found = (places(path, frame) for path in self.weights)
        return [array("d", (n for place in group for n in read(place))) for group in found]


class Names:
    """A tracing function that notes the type and shape of names and of attributes such as `self.w`."""

    def __init__(self, tree: ast.Module):
        self.shapes: dict[str, dict[str, list[Any]]] = {}
        self.first: dict[tuple[str, str], Any] = {}
        self.chains: dict[int, set[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(
                node.value, (ast.Name, ast.Attribute)
            ):
                self.chains.setdefault(node.lineno, set()).add(ast.unparse(node))

    def __call__(self, frame: Any, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        if event in ("line", "return"):
            names = dict(frame.f_locals)
            for chain in self.chains.get(frame.f_lineno, ()):
                root, *rest = chain.split(".")
                value = names.get(root, frame.f_globals.get(root))
                for attribute in rest:
                    value = getattr(value, attribute, None)
                names[chain] = value
            for name, value in names.items():
                self.note(frame.f_code.co_name, name, value)
        return self

    def note(self, function: str, name: str, value: Any) -> None:
        if value is None or callable(value) or isinstance(value, type(sys)):
            return
        single = (
            getattr(value, "shape", None) == ()
        )  # such as an array of one number, from np.vectorize
        text = repr(value) if single or isinstance(value, (int, float)) else None
        first = self.first.setdefault((function, name), text)
        known = self.shapes.setdefault(function, {}).get(name, [None, None, False])
        shape = list(value.shape) if is_array(value) else None
        if isinstance(value, (list, tuple)):
            shape = [len(value)]
        varied = known[2] or text != first
        kind = "float64" if single else type(value).__name__
        self.shapes[function][name] = [kind, shape, varied]


def same_random_numbers(with_numpy: bool) -> None:
    """Seed both generators, and whatever the program seeds from the clock."""
    random.seed(0)
    seed = random.seed
    random.seed = lambda a=None, version=2: seed(0 if a is None else a, version)
    if with_numpy:
        import numpy as np

        np.random.seed(0)  # noqa: NPY002  # the programs under test use it
        seed_array, generator = np.random.seed, np.random.default_rng
        np.random.seed = lambda a=None: seed_array(0 if a is None else a)
        np.random.default_rng = lambda a=None: generator(0 if a is None else a)
        np.seterr(all="ignore")


def instrumented(source: str, step: int) -> ast.Module:
    """The tree, with a call at the head of the step's loop."""
    tree = ast.parse(source, FILE)
    loop = loops(tree)[step]
    call = ast.parse(f"{HOOK}()").body[0]
    for node in ast.walk(call):
        if hasattr(node, "lineno"):
            ast.copy_location(node, loop)
    loop.body.insert(0, call)
    return tree


def loops(tree: ast.AST) -> list[ast.For | ast.While]:
    """Every loop, from the top of the text."""
    found = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    return sorted(found, key=lambda loop: (loop.lineno, loop.col_offset))


def run(request: dict[str, Any]) -> dict[str, Any]:
    source = request["source"]
    tree = instrumented(source, request["step"])
    recorder = Recorder(request["weights"], request["steps"], request.get("forced"))
    setattr(builtins, HOOK, recorder)
    same_random_numbers("numpy" in source)
    names = Names(tree)
    end, error = "finished", ""
    if request.get("names"):
        sys.settrace(names)
    try:
        exec(compile(tree, FILE, "exec"), {"__name__": "__main__", "__file__": FILE})
    except Reshaped:
        end = "reshaped"
    except Enough:
        end = "enough"
    except (Exception, SystemExit) as problem:
        end, error = "crashed", f"{type(problem).__name__}: {problem}"
    sys.settrace(None)
    answer = {"arrived": recorder.arrived, "started": recorder.started, "end": end, "error": error}
    return answer | ({"shapes": names.shapes} if request.get("names") else {})


def main() -> None:
    request = pickle.load(sys.stdin.buffer)
    if resource:
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(os.path.abspath(__file__))]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        data = pickle.dumps(run(request))
    with os.fdopen(answer, "wb") as out:
        out.write(data)


if __name__ == "__main__":
    main()
