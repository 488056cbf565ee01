"""The sentences that are said to people, read out of the source: what stands in errors, findings and alarms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.processes import REPOSITORY

SOURCE = REPOSITORY / "sm_dns"

# Which argument of a call is a sentence for people.
_CALLS = {
    "BadInput": 0,
    "Refused": 1,
    "Finding": 1,
    "alarm": 0,
    "failure": 0,
    "bad": 0,
    "BadName": 0,
    "StoreError": 0,
    "FetchFailed": 0,
    "Broken": 0,
    "CannotWrite": 0,
    "Unrecorded": 0,
    "Problem": 1,
    "ValueError": 0,
}
_LABEL = re.compile(r"[\w.{}]+( {})?: {}")  # a key or a file, and then a sentence of its own
_NAMES = {"reason", "problem", "_problem", "_key_problem", "kept", "gone", "short", "missing", "told", "hint"}
_FUNCTIONS = {
    "_why",
    "_warning",
    "_mostly_unusable",
    "_example",
    "_listen",
    "_live",
    "_against_head",
    "_gone",
}


def every_text(tree: ast.AST) -> Iterator[str]:
    """Each text of a module, with {} where something is filled in."""
    for node in ast.walk(tree):
        text = _pattern(node)
        if text is not None:
            yield text


def sentences(tree: ast.AST) -> Iterator[str]:
    """Each text of a module that is said to people who look at pages."""
    for node in ast.walk(tree):
        for said in _said(node):
            for text in _choices(said):
                if re.search("[a-z]{2}", text) and not _LABEL.fullmatch(text):
                    yield text


def modules(*without: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module below the source but those whose path starts so."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if not str(place).startswith(without):
            yield place, ast.parse(path.read_text())


def _said(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        place = _CALLS.get(_name(node.func))
        if place is not None and len(node.args) > place:
            yield node.args[place]
    elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
        yield node.value.elts[1]
    elif isinstance(node, ast.Assign):
        if any(_name(target) in _NAMES for target in node.targets):
            yield node.value
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in _FUNCTIONS:
        yield from (
            each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value is not None
        )
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in ("text", "error"):
                yield value


def _choices(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_choices(node.body), *_choices(node.orelse)]
    if isinstance(node, ast.BoolOp):
        return [text for each in node.values for text in _choices(each)]
    text = _pattern(node)
    return [text] if text is not None else []


def _pattern(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return re.sub(r"({})+", "{}", "".join(map(str, parts)))
    return None


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))
