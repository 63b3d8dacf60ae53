"""The house itself: which module may import which, how few names are public, how little an import loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import backproof as bp

SOURCE = Path(bp.__file__).parent

# Each row imports from the rows above it, and from nothing else. A package is one entry: what is inside it is its own.
LAYERS = """
    backproof                       # the version, and the public names, which load when they are used
    errors diagnostic
    core
    arrays files schedules starts
    core_types
    activations losses randomness metrics values
    network splitting datasets tables targets
    preprocessing
    backprop inputs models
    compiled
    engine gradient_check
    problem optimizers
    settings planning
    monitor settling
    compiled_descent second_order run progress
    descent
    training
    estimators
    plots
    derivation
    checking
    recognition
    cli
    __main__
"""
ROWS = [line.partition("#")[0].split() for line in LAYERS.strip().splitlines()]
FLOOR = {module: floor for floor, row in enumerate(ROWS) for module in row}

# Conveniences that reach upwards do so inside the function that needs it. These are all of them:
UPWARDS = {
    ("estimators", "derivation"),  # clf.explain
    ("network", "engine"),  # network.predict
    ("network", "models"),  # network.save
    ("optimizers", "descent"),  # FirstOrder.fit
    ("optimizers", "second_order"),  # LBFGS.fit, LevenbergMarquardt.fit
    ("run", "plots"),  # run.plot
}

FILES = sorted(SOURCE.rglob("*.py"))


class Import(NamedTuple):
    """One import of one module of backproof by another."""

    importer: str
    imported: str
    inside_a_function: bool


def module_of(file: Path) -> str:
    """The entry of `LAYERS` that a file belongs to."""
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return "backproof" if parts == ("__init__",) else parts[0]


def is_for_type_checkers(node: ast.AST) -> bool:
    """`if TYPE_CHECKING:` never runs, so what is inside binds nobody."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def import_statements(
    node: ast.AST, inside: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Each import that can run, and whether it is inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, inside
        elif not is_for_type_checkers(child):
            function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from import_statements(child, inside or function)


def modules_named(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The dotted names of the modules that an import statement loads."""
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
        return
    assert statement.level == 0, "relative imports hide the direction"
    for alias in statement.names:
        from_the_top = statement.module == "backproof" and not alias.name.startswith("__")
        yield f"backproof.{alias.name}" if from_the_top else str(statement.module)


def imports_of(file: Path) -> Iterator[Import]:
    importer = module_of(file)
    for statement, inside in import_statements(ast.parse(file.read_text(encoding="utf-8"))):
        for name in modules_named(statement):
            root, _, rest = name.partition(".")
            imported = rest.partition(".")[0] or "backproof"
            if root == "backproof" and imported != importer:
                yield Import(importer, imported, inside)


IMPORTS = {found for file in FILES for found in imports_of(file)}


def points_down(found: Import) -> bool:
    return FLOOR[found.imported] < FLOOR[found.importer]


def test_every_module_has_its_row_and_every_row_its_modules():
    modules = sorted({module_of(file) for file in FILES})
    assert modules == sorted(FLOOR)


def test_inside_the_house_names_come_from_their_own_modules():
    """`from backproof import train` would hide which module it reaches."""
    assert not [found for found in IMPORTS if found.imported not in FLOOR]


def test_module_level_imports_point_downwards():
    assert not [
        found for found in IMPORTS if not found.inside_a_function and not points_down(found)
    ]


def test_imports_that_reach_upwards_are_the_ones_listed():
    upwards = {(found.importer, found.imported) for found in IMPORTS if not points_down(found)}
    assert upwards == UPWARDS


def test_nobody_imports_the_command_line():
    assert {found.importer for found in IMPORTS if found.imported == "cli"} == {"__main__"}


def test_the_imports_are_really_found():
    """So that the tests above cannot pass by seeing nothing."""
    assert Import("training", "monitor", False) in IMPORTS
    assert Import("engine", "backprop", False) in IMPORTS  # from backproof import backprop
    assert Import("network", "models", True) in IMPORTS
    assert len(IMPORTS) > 60


def test_there_are_at_most_15_public_names_and_each_can_be_had():
    assert len(bp.__all__) <= 15
    for name in bp.__all__:
        assert getattr(bp, name).__doc__
    assert set(bp.__all__) <= set(dir(bp))
    assert "SGD" in bp.__all__
    assert "Adam" in bp.__all__
    assert "LBFGS" not in bp.__all__  # the other optimisers are under bp.optimizers


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Netwrok"):
        bp.Netwrok  # noqa: B018


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after `statement`."""
    program = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_package_loads_without_numpy():
    loaded = loaded_by("import backproof")
    assert "backproof" in loaded
    assert "numpy" not in loaded


def test_training_loads_nothing_heavy():
    loaded = loaded_by("import backproof.training")
    assert "numpy" in loaded
    heavy = {"scipy", "sympy", "sklearn", "matplotlib", "polars", "pandas", "rich", "click"}
    assert not heavy & loaded


def test_a_second_order_training_of_xor_loads_no_scipy():
    """Levenberg-Marquardt is what `auto` takes for XOR, and a whole run should start as fast as NumPy."""
    run = "import backproof as bp; bp.train(bp.Network([2, 3, 1], seed=0), *bp.datasets.xor())"
    assert not {"scipy", "sklearn", "matplotlib", "polars"} & loaded_by(run)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_every_module_and_everything_public_in_it_says_what_it_is(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    definitions = (ast.ClassDef, ast.FunctionDef)
    public = [n for n in tree.body if isinstance(n, definitions) and not n.name.startswith("_")]
    assert not [node.name for node in public if not ast.get_docstring(node)]
