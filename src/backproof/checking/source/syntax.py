"""Kinds of syntax that several phases look for."""

from __future__ import annotations

import ast

READ = ("Name", "Attribute", "Subscript")  # kinds of places that read something by its name
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.While)
