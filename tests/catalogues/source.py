"""The messages that the source says to people, read out of it: what stands in errors, findings and alarms."""

from __future__ import annotations

import ast
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sm_dns.i18n.catalogue import is_punctuation
from tests.support.processes import REPOSITORY

SOURCE = REPOSITORY / "sm_dns"

# Which argument of a call is a template.
CALLS = {
    "Message": 0,
    "message": 0,
    "key": 0,
    "spoken": 0,
    "finding": 1,
    "advise": 1,
    "alarm": 0,
    "failure": 0,
    "bad": 0,
    "wrong": 1,
    "_refused": 0,
    "BadInput": 0,
    "Wrong": 0,
    "NotTaken": 0,
    "NotInForce": 0,
    "Gone": 0,
    "Spoken": 0,
    "BadName": 0,
    "Unusable": 0,
    "StoreError": 0,
    "FetchFailed": 0,
    "Broken": 0,
    "CannotWrite": 0,
    "OtherVersion": 0,
    "Field": 0,  # of a form: an error calls it by its name
}
_REFUSED = {"web": 1, "ipc": 0, "serve": 0, "diagnose": 0}  # classes of that name, by room

# What the system refuses, by its number. Libraries say it in small letters within a sentence.
_REFUSALS = (
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EIO,
    errno.EDQUOT,
    errno.ECONNREFUSED,
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ETIMEDOUT,
)


class Spoken(NamedTuple):
    """A template and the file that says it, below the package."""

    template: str
    place: str


def spoken() -> list[Spoken]:
    """Every template once, with the first file that has it. The command line speaks English, its own are left out."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if place.parts[0] == "cli":
            continue
        for argument in arguments(ast.parse(path.read_text()), place.parts[0]):
            for template in constants(argument):
                if not is_punctuation(template):
                    found.setdefault(template, str(place))
    for number in _REFUSALS:
        for text in (os.strerror(number), os.strerror(number).lower()):
            found.setdefault(text, "util/message.py")
    return [Spoken(template, place) for template, place in found.items()]


def arguments(tree: ast.AST, room: str) -> Iterator[ast.expr]:
    """What calls say to people, constant or not."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        at = _REFUSED.get(room) if name == "Refused" else CALLS.get(name)
        if at is not None and len(node.args) > at:
            yield node.args[at]


def constants(node: ast.expr) -> list[str]:
    """The texts that an expression may come to, as far as they stand there."""
    if isinstance(node, ast.IfExp):
        return [*constants(node.body), *constants(node.orelse)]
    if isinstance(node, ast.BoolOp):
        return [text for each in node.values for text in constants(each)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def is_made_up(node: ast.expr) -> bool:
    """Whether a text is put together on the spot, so that no catalogue can know it."""
    return any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in ast.walk(node))


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the package but those of the command line."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if place.parts[0] != "cli":
            yield place, ast.parse(path.read_text())
