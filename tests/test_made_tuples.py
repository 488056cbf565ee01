"""A tuple that is made without its class's constructor has every field, for nothing else checks that."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

from tests.support.processes import REPOSITORY

SOURCES = REPOSITORY / "sm_dns"


def module_of(path: Path) -> str:
    """The dotted name of a source."""
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)


def makers(tree: ast.Module) -> dict[str, str]:
    """Names that stand for `partial(tuple.__new__, CLASS)` in a module, and their classes."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            if ast.unparse(call.func) == "partial" and ast.unparse(call.args[0]) == "tuple.__new__":
                found[ast.unparse(node.targets[0])] = ast.unparse(call.args[1])
    return found


def calls(tree: ast.Module, names: dict[str, int]) -> list[tuple[int, str, ast.expr]]:
    """Line, maker and argument of each call of a maker."""
    return [
        (node.lineno, node.func.id, node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


def test_every_field_is_given() -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES.rglob("*.py")}
    fields: dict[Path, dict[str, int]] = {}
    public: dict[str, int] = {}
    for path, tree in trees.items():
        fields[path] = {}
        for name, made in makers(tree).items():
            number = len(getattr(importlib.import_module(module_of(path)), made)._fields)
            fields[path][name] = number
            if not name.startswith("_"):
                public[name] = number
    seen = 0
    for path, tree in trees.items():
        known = {**public, **fields[path]}
        for line, name, argument in calls(tree, known):
            place = f"{path.relative_to(REPOSITORY)}:{line}: {name}"
            assert isinstance(argument, ast.Tuple), f"{place} wants its fields written out"
            assert not any(isinstance(one, ast.Starred) for one in argument.elts), (
                f"{place} wants its fields written out"
            )
            assert len(argument.elts) == known[name], (
                f"{place} has {len(argument.elts)} of {known[name]} fields"
            )
            seen += 1
    assert seen >= len(public)
