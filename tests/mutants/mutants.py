"""Mutants of the wiring: one setting that is not built, not read, or not taken up by a worker, each in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.workers import PLAIN


class Mutant(NamedTuple):
    """A source file, relative to the package, with one fault in it."""

    name: str
    file: Path
    text: str


def mutants(package: Path) -> Iterator[Mutant]:
    """All of them, of the sources below `package`."""
    yield from _built(package, Path("builder/worker_settings.py"))
    yield from _read(package, Path("serve/worker_settings.py"))
    yield from _taken_up(package, Path("serve/worker.py"))


def _built(package: Path, file: Path) -> Iterator[Mutant]:
    """Whatever the site says, a worker is handed what holds where nothing is said."""
    text = (package / file).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "WorkerSettings"
        ):
            for given in node.keywords:
                field = str(given.arg)
                yield Mutant(f"built: {field}", file, _with(text, given.value, _plain(field)))


def _read(package: Path, file: Path) -> Iterator[Mutant]:
    """What a worker is handed is passed over."""
    text = (package / file).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "settings"
        ):
            name = f"read: {node.attr}, {node.lineno}:{node.col_offset}"
            yield Mutant(name, file, _with(text, node, _plain(node.attr)))


def _taken_up(package: Path, file: Path) -> Iterator[Mutant]:
    """A worker does not do one of the things that make a generation hold."""
    text = (package / file).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == "_take_up":
            for statement in node.body[1:]:
                yield Mutant(f"taken up: {ast.unparse(statement)}", file, _with(text, statement, "pass"))


def _plain(field: str) -> str:
    return repr(getattr(PLAIN, field))


def _with(text: str, node: ast.expr | ast.stmt, other: str) -> str:
    """The text with other words in a node's place."""
    lines = text.encode().splitlines(keepends=True)
    assert node.end_lineno is not None and node.end_col_offset is not None
    head = b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]
    tail = lines[node.end_lineno - 1][node.end_col_offset :] + b"".join(lines[node.end_lineno :])
    return (head + other.encode() + tail).decode()
