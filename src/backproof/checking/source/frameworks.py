"""Programs that leave the gradient to a library: they have no line of backpropagation to check.

An import alone says nothing: data comes from scikit-learn, and pictures from torchvision. The library has to be asked for
the gradient, or for the whole training.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

SKLEARN = (
    "datasets",
    "model_selection",
    "preprocessing",
    "metrics",
    "utils",
    "decomposition",
    "pipeline",
)


@dataclass(frozen=True)
class Framework:
    """A library that takes derivatives."""

    name: str
    functions: tuple[str, ...] = ()  # of the library, that give gradients
    methods: tuple[str, ...] = ()  # of its objects, that take gradients or train
    helpers: tuple[str, ...] = ()  # modules in it that do neither


GRADIENTS = (
    "grad",
    "value_and_grad",
    "vjp",
    "jacfwd",
    "jacrev",
    "jacobian",
    "hessian",
    "elementwise_grad",
)
TRAINING = ("fit", "train_on_batch", "fit_generator", "minimize", "apply_gradients")

# package: what it is asked for
FRAMEWORKS = {
    "torch": Framework("PyTorch", ("grad", *GRADIENTS), ("backward",)),
    "tensorflow": Framework("TensorFlow", ("GradientTape", "gradients"), TRAINING),
    "keras": Framework("Keras", (), TRAINING),
    "jax": Framework("JAX", GRADIENTS),
    "autograd": Framework("autograd", GRADIENTS),
    "flax": Framework("Flax", GRADIENTS),
    "sklearn": Framework("scikit-learn", (), ("fit", "partial_fit"), SKLEARN),
    "theano": Framework("Theano", GRADIENTS),
    "mxnet": Framework("MXNet", ("record",), ("backward", "fit")),
    "paddle": Framework("PaddlePaddle", ("grad",), ("backward",)),
    "chainer": Framework("Chainer", ("grad",), ("backward",)),
    "tinygrad": Framework("tinygrad", (), ("backward",)),
    "micrograd": Framework("micrograd", (), ("backward",)),
    "lightning": Framework("Lightning", (), ("fit",)),
    "pytorch_lightning": Framework("Lightning", (), ("fit",)),
    "fastai": Framework("fastai", (), ("fit", "fit_one_cycle", "fine_tune")),
}


@dataclass(frozen=True)
class Left:
    """Where the gradient is left to a library."""

    framework: Framework
    package: str
    imported: ast.stmt
    use: ast.expr


def left_to_framework(source: str) -> Left | None:
    """The library that a program leaves its gradient to, or None.

    Raises:
        SyntaxError: as `ast.parse` raises it.
    """
    tree = ast.parse(source)
    own = {
        node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    for package, statement, names in _imports(tree):
        framework = FRAMEWORKS[package]
        if not framework.functions and _descends(tree):
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _asks(call, framework, names, own):
                return Left(framework, package, statement, call)
    return None


def _imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt, dict[str, str]]]:
    """Package, statement and names of each import of a library of the table; the names with what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                package, _, rest = alias.name.partition(".")
                if _counts(package, rest):
                    yield package, node, {alias.asname or package: ""}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package, _, rest = node.module.partition(".")
            for alias in node.names:
                if _counts(package, rest or alias.name):
                    yield package, node, {alias.asname or alias.name: alias.name}


def _counts(package: str, inside: str) -> bool:
    return package in FRAMEWORKS and inside.partition(".")[0] not in FRAMEWORKS[package].helpers


def _asks(call: ast.Call, framework: Framework, names: dict[str, str], own: set[str]) -> bool:
    """Whether a call asks the library for a gradient or a training."""
    called = call.func
    if isinstance(called, ast.Name):
        return names.get(called.id) in framework.functions and called.id not in own
    if not isinstance(called, ast.Attribute) or called.attr in own:
        return False
    root: ast.expr = called
    while isinstance(root, ast.Attribute):
        root = root.value
    from_library = isinstance(root, ast.Name) and root.id in names
    return called.attr in framework.methods or (from_library and called.attr in framework.functions)


def _descends(tree: ast.AST) -> bool:
    """Whether the program takes steps of its own, such as `w -= rate * gradient`, beside what it leaves to a library."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Sub, ast.Add)):
            value: ast.expr = node.value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            target, value = ast.unparse(node.targets[0]), node.value
            if not isinstance(value.op, (ast.Sub, ast.Add)) or ast.unparse(value.left) != target:
                continue
        else:
            continue
        products = (ast.Mult, ast.MatMult, ast.Div)
        if any(
            isinstance(part, ast.BinOp) and isinstance(part.op, products)
            for part in ast.walk(value)
        ):
            return True
    return False
