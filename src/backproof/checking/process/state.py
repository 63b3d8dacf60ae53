"""The numbers that a running program holds: found by walking what is alive, not by name.

walk(frame)    every tensor reachable from the frame, its callers and the program's globals
Tensor         an array, a rectangular list of numbers, or one number, with the path that leads there

A path names a tensor as the person would: `theta1`, `net.hidden[2].w`, `params['W1']`. Two paths to one array count once.
"""

from __future__ import annotations

import contextlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_NUMBERS = 3_000_000
MOST_TENSORS = 20_000
MOST_DEPTH = 12
DESCRIPTORS = (FunctionType, classmethod, staticmethod, property)
OUTSIDE = (str, bytes, ModuleType, np.random.Generator, np.random.RandomState)


def stem(path: str) -> str:
    """The name before any index: `net.b[]` -> `b`."""
    return path.split("[")[0].split(".")[-1]


FLOATS = ("float", "float64", "float32", "float16", "longdouble", "float128")
INDEX = re.compile(r"\[[^\]'\"]*\]")  # of a list or an array, not the name in a dictionary


def last_name(path: str) -> str:
    """The last part that is no index: `params['W1']` -> `W1`, `net[].b` -> `b`, `w[h][0]` -> `w`."""
    parts = [part for part in re.split(r"[.\[\]'\"]+", INDEX.sub("", path)) if part]
    return parts[-1] if parts else path


@dataclass
class Tensor:
    """Numbers that live together."""

    path: str
    shape: tuple[int, ...]
    read: Callable[[], Array]  # flat, float64
    write: Callable[[Array], None] | None  # None where the numbers cannot be changed in place
    dtype: str
    local: str = ""  # the name in the frame, where a number is bound to a local name

    @property
    def group(self) -> str:
        """The path with the indices of objects in lists erased: `net.hidden[].w`."""
        out, depth = [], 0
        for position, character in enumerate(self.path):
            if character == "[" and self.path[position + 1 : position + 2] not in "'\"":
                depth += 1
                out.append("[")
            elif character == "]" and depth:
                depth -= 1
                out.append("]")
            elif not depth:
                out.append(character)
        return "".join(out)


@dataclass
class _Walk:
    program: str  # the program's file name, to tell its frames and classes from others
    tensors: list[Tensor] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    arrays: dict[int, list[tuple[Any, Tensor]]] = field(default_factory=dict)  # views by owner
    keep: list[Any] = field(default_factory=list)
    numbers: int = 0
    before: tuple[int, int] = (0, 0)  # numbers and tensors found in earlier rounds
    paths: set[str] = field(default_factory=set)
    waiting: deque[tuple[str, Any, int]] = field(default_factory=deque)

    def takes(self, value: Any, root: Any) -> bool:
        """Whether an array is new; a view that lies inside it gives way to the whole."""
        overlapping = [
            known for known in self.arrays.get(id(root), []) if np.may_share_memory(known[0], value)
        ]
        if any(known.size >= value.size for known, _ in overlapping):
            return False
        for known in overlapping:
            self.arrays[id(root)].remove(known)
            self.tensors.remove(known[1])
        return True

    def add(self, tensor: Tensor) -> None:
        """Keep a tensor; a path that is taken already gets a mark."""
        while tensor.path in self.paths:
            tensor.path += "'"
        self.paths.add(tensor.path)
        self.tensors.append(tensor)

    def full(self) -> bool:
        """Whether this round has found enough; each round may find as much, so that a long history hides no weights."""
        numbers, tensors = self.before
        return self.numbers - numbers > MOST_NUMBERS or len(self.tensors) - tensors > MOST_TENSORS


def walk(
    frame: FrameType, program: str, bound: dict[str, Any], late: frozenset[str] = frozenset()
) -> list[Tensor]:
    """Every tensor alive at this moment.

    Args:
        frame: where the program stands.
        program: the file name that the program was compiled with.
        bound: filled by writes to plain numbers among the frame's own locals; the caller binds them anew.
        late: names that loops bind again and again: what can also be reached otherwise is not named after them.
    """
    work = _Walk(program)
    frames = [f for f in _frames(frame) if f.f_code.co_filename == program]
    for loops in (False, True):
        work.before = (work.numbers, len(work.tensors))
        if frames:
            module = frames[0].f_globals
            _names(work, _only(module, late, loops), module, None)
        for f in reversed(frames):
            if f.f_locals is not f.f_globals:
                _names(work, _only(f.f_locals, late, loops), None, bound if f is frame else None)
        _drain(work)
    return work.tensors


def _only(names: dict[str, Any], late: frozenset[str], wanted: bool) -> dict[str, Any]:
    return {name: value for name, value in names.items() if (name in late) == wanted}


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _names(
    work: _Walk, names: dict[str, Any], module: dict[str, Any] | None, bound: dict[str, Any] | None
) -> None:
    for name, value in names.items():
        if name.startswith("_bp_") or (name.startswith("__") and name.endswith("__")):
            continue
        write: Callable[[Any], None] | None = None
        local = ""
        if module is not None:
            write = _item_writer(module, name)
        elif bound is not None:
            write, local = _item_writer(bound, name), name
        _visit(work, name, value, write, 0, local)


def _item_writer(container: Any, key: Any) -> Callable[[Any], None]:
    def write(value: Any) -> None:
        container[key] = value

    return write


def _attribute_writer(owner: Any, name: str) -> Callable[[Any], None]:
    def write(value: Any) -> None:
        setattr(owner, name, value)

    return write


def _visit(
    work: _Walk,
    path: str,
    value: Any,
    write: Callable[[Any], None] | None,
    depth: int,
    local: str = "",
) -> None:
    if work.full() or depth > MOST_DEPTH or isinstance(value, OUTSIDE) or value is None:
        return
    if isinstance(value, (int, float, np.number, bool, np.bool_)):
        _add_number(work, path, value, write, local)
        return
    if isinstance(value, np.ndarray):
        _add_array(work, path, value, write, depth)
        return
    if id(value) in work.seen:
        return
    work.seen.add(id(value))
    work.keep.append(value)
    work.waiting.append((path, value, depth))


def _drain(work: _Walk) -> None:
    """Look inside what was found, the nearest first, so that each number has its shortest path."""
    while work.waiting and not work.full():
        path, value, depth = work.waiting.popleft()
        with contextlib.suppress(Exception):  # a person's __getattr__ may raise anything
            for inside in _INSIDE:
                if inside(work, path, value, depth):
                    break


def _add_number(
    work: _Walk, path: str, value: Any, write: Callable[[Any], None] | None, local: str
) -> None:
    held = [float(value) if abs(value) < 1e300 else float("inf")]
    kind = type(value)

    def put(flat: Array) -> None:
        assert write is not None
        held[0] = float(flat[0])
        write(held[0] if kind in (int, bool, float) else kind(held[0]))

    work.numbers += 1
    work.add(
        Tensor(
            path,
            (),
            lambda: np.array(held),
            None if write is None else put,
            kind.__name__,
            local,
        )
    )


def _add_array(
    work: _Walk, path: str, value: Any, write: Callable[[Any], None] | None, depth: int
) -> None:
    root = value
    while isinstance(root.base, np.ndarray):
        root = root.base
    if value.dtype == object:
        if id(value) not in work.seen:
            work.seen.add(id(value))
            for index in np.ndindex(value.shape):
                key = index[0] if len(index) == 1 else index
                _visit(work, f"{path}[{key}]", value[index], _item_writer(value, index), depth + 1)
        return
    if value.dtype.kind not in "fiub" or value.size == 0 or not work.takes(value, root):
        return
    work.keep.append(root)
    work.numbers += value.size
    changeable = value.dtype.kind == "f" and (value.flags.writeable or write is not None)

    def put(flat: Array) -> None:
        if value.flags.writeable:
            np.asarray(value)[...] = flat.reshape(value.shape)
        else:
            assert write is not None
            write(flat.reshape(value.shape).astype(value.dtype))

    tensor = Tensor(
        path,
        value.shape,
        lambda: np.array(value, dtype=np.float64).ravel(),
        put if changeable else None,
        str(value.dtype),
    )
    work.add(tensor)
    work.arrays.setdefault(id(root), []).append((value, tensor))


# What is inside a thing that is no number: each says whether it knew the thing.


def _inside_list(work: _Walk, path: str, value: Any, depth: int) -> bool:
    if not isinstance(value, (list, deque)):
        return False
    if isinstance(value, list) and _is_rectangular(value):
        _add_list(work, path, value)
        return True
    for index, item in enumerate(value):
        _visit(work, f"{path}[{index}]", item, _item_writer(value, index), depth + 1)
    return True


def _is_rectangular(value: list[Any]) -> bool:
    """Whether it holds numbers, or lists of numbers of one length that occur nowhere else in it."""
    if not value:
        return False
    if all(type(item) in (int, float) or isinstance(item, np.floating) for item in value):
        return True
    if not all(isinstance(item, list) and item for item in value):
        return False
    if len({len(item) for item in value}) != 1 or len({id(item) for item in value}) != len(value):
        return False
    return all(
        type(x) in (int, float) or isinstance(x, np.floating) for item in value for x in item
    )


def _add_list(work: _Walk, path: str, value: list[Any]) -> None:
    nested = isinstance(value[0], list)
    rows: list[list[Any]] = value if nested else [value]
    if any(id(row) in work.seen for row in rows if row is not value):
        return
    work.seen.update(id(row) for row in rows)
    work.keep.extend(rows)
    shape = (len(value), len(value[0])) if nested else (len(value),)
    size = len(rows) * len(rows[0])
    work.numbers += size
    whole = all(type(x) is int for row in rows for x in row)

    def read() -> Array:
        return np.array([float(x) for row in rows for x in row])

    def put(flat: Array) -> None:
        numbers = iter(flat.tolist())
        for row in rows:
            for index in range(len(row)):
                row[index] = next(numbers)

    work.add(Tensor(path, shape, read, put, "int" if whole else "float"))


def _inside_tuple(work: _Walk, path: str, value: Any, depth: int) -> bool:
    if not isinstance(value, (tuple, set, frozenset)):
        return False
    if isinstance(value, tuple):
        fields = getattr(value, "_fields", None)
        for index, item in enumerate(value):
            name = f"{path}.{fields[index]}" if fields else f"{path}[{index}]"
            _visit(work, name, item, None, depth + 1)
    else:
        for item in value:
            if not isinstance(item, (int, float)):
                _visit(work, f"{path}[]", item, None, depth + 1)
    return True


def _inside_dict(work: _Walk, path: str, value: Any, depth: int) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in list(value.items()):
        _visit(work, f"{path}[{key!r}]", item, _item_writer(value, key), depth + 1)
    return True


def _inside_function(work: _Walk, path: str, value: Any, depth: int) -> bool:
    function = getattr(value, "__func__", value)
    if not isinstance(function, FunctionType):
        return False
    if function is not value:
        _visit(work, path.rpartition(".")[0] or path, value.__self__, None, depth + 1)
    if function.__code__.co_filename != work.program:
        wrapped = getattr(function, "__wrapped__", None)
        if wrapped is not None:
            _visit(work, path, wrapped, None, depth + 1)
        return True
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        if id(cell) in work.seen:
            continue
        work.seen.add(id(cell))
        work.keep.append(cell)
        try:
            content = cell.cell_contents
        except ValueError:  # not bound yet
            continue
        _visit(work, f"{path}.{name}", content, _attribute_writer(cell, "cell_contents"), depth + 1)
    return True


def _inside_class(work: _Walk, path: str, value: Any, depth: int) -> bool:
    if not isinstance(value, type):
        return False
    if value.__module__ in ("__main__", None):
        for name, item in list(vars(value).items()):
            if not name.startswith("__") and not isinstance(item, DESCRIPTORS):
                _visit(work, f"{path}.{name}", item, _attribute_writer(value, name), depth + 1)
    return True


def _inside_object(work: _Walk, path: str, value: Any, depth: int) -> bool:
    module = type(value).__module__ or ""
    if module.partition(".")[0] in (
        "numpy",
        "builtins",
        "matplotlib",
        "threading",
        "_io",
        "random",
    ):
        return True
    names = dict(getattr(value, "__dict__", None) or {})
    for cls in type(value).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(value, name):
                names.setdefault(name, getattr(value, name))
    for name, item in names.items():
        _visit(work, f"{path}.{name}", item, _attribute_writer(value, name), depth + 1)
    return True


_INSIDE = (
    _inside_list,
    _inside_tuple,
    _inside_dict,
    _inside_function,
    _inside_class,
    _inside_object,
)


class Finder:
    """Reads tensors by their paths, where those can be evaluated as they stand: far quicker than a walk."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.codes: dict[str, CodeType] = {}

    def read(self, frame: FrameType, paths: Iterable[str]) -> dict[str, Array] | None:
        """The numbers of each path, flat; None where a path leads nowhere by itself."""
        names: dict[str, Any] = {}
        for outer in reversed([f for f in _frames(frame) if f.f_code.co_filename == self.program]):
            if outer.f_locals is not outer.f_globals:
                names.update(outer.f_locals)
        try:
            return {
                path: np.array(
                    eval(self._code(path), frame.f_globals, names), dtype=np.float64
                ).ravel()
                for path in paths
            }
        except Exception:  # a name that is hidden, an object that is gone
            return None

    def _code(self, path: str) -> CodeType:
        if path not in self.codes:
            self.codes[path] = compile(path, "path", "eval")
        return self.codes[path]
