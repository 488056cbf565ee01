"""Every action that the audit may have is named in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.i18n.catalogue import languages
from sm_dns.reporting.make import _KINDS
from sm_dns.state.audit import RECOVERED
from sm_dns.web.pages.language import Words
from tests.catalogues.source import SOURCE

_WRITES = {"change", "note", "record"}
# What an action is made of where it is not written out.
_FAMILIES = {
    f"{what} {state}"
    for what in ("login", "first run", "password", "token")
    for state in ("failed", "locked")
} | {f"{view} viewed" for view in ("audit", "log", "usage")}


def actions() -> Iterator[str]:
    yield from _FAMILIES
    yield from (f"report {kind}" for kind in _KINDS)
    yield RECOVERED
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _WRITES and node.args:
                yield from _written(node.args[0])
            elif isinstance(node, ast.Assign | ast.Dict | ast.Call):
                yield from _named(node)


def _written(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def _named(node: ast.AST) -> Iterator[str]:
    """Texts that look like an action: "user change", "report person show", "store purge"."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            words = each.value.split(" ")
            if 2 <= len(words) <= 3 and words[0] in {"user", "store", "report", "token", "totp", "password"}:
                yield each.value


@pytest.mark.parametrize("language", languages())
def test_every_action_has_its_words(language: str) -> None:
    words = Words(language, shipped("jkdm").words)
    wanted = {each for each in actions() if each.replace(" ", "").replace(".", "").replace("_", "").isalpha()}
    missing = {each for each in wanted if words.known(f"did.{each}", "") == ""}
    assert missing <= NO_ACTIONS
    assert len(wanted - NO_ACTIONS) > 45


# What only looks like one.
NO_ACTIONS = {"store damaged", "store failed", "store removed", "report ", "token "}
