"""The house plan, held: a room imports only the rooms below it, and dnslib has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "sm_dns"

BELOW: dict[str, set[str]] = {
    "dns": set(),
    "lists": {"dns"},
    "policy": {"dns", "lists"},
    "resolve": {"dns", "lists", "policy"},
    "serve": {"dns", "lists", "policy", "resolve", "monitor"},
    "monitor": {"dns", "policy"},
    "report": {"dns", "policy", "monitor"},
    "control": {"dns", "lists", "policy", "resolve", "serve", "monitor", "report"},
    "web": {"dns", "lists", "policy", "monitor", "control", "serve"},
    "portal": {"dns", "lists", "policy"},
    "cli": {"dns", "lists", "policy", "resolve", "serve", "monitor", "report", "control"},
}

FOR_ALL = ("errors", "log_lines", "query_path", "built")

SOURCES = sorted(PACKAGE.rglob("*.py"))


def imported_modules(source: Path) -> set[str]:
    """Every module that a source file imports, at any depth of nesting."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative import"
            modules.add(node.module or "")
    return modules


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_the_rooms_below_it(source: Path) -> None:
    parts = source.relative_to(PACKAGE).parts
    if len(parts) == 1:
        return
    room = parts[0]
    for module in imported_modules(source):
        if not module.startswith("sm_dns."):
            continue
        other = module.split(".")[1]
        assert other in {room, *FOR_ALL} | BELOW[room], f"{room} must not import {module}"


def test_dnslib_has_one_door() -> None:
    users = {
        str(source.relative_to(PACKAGE))
        for source in SOURCES
        if any(module.split(".")[0] == "dnslib" for module in imported_modules(source))
    }
    assert users <= {"dns/codec.py"}


def test_the_dashboard_is_not_imported_by_the_service() -> None:
    """It is a process of its own; without its libraries everything else runs."""
    for source in SOURCES:
        if source.relative_to(PACKAGE).parts[0] != "web":
            found = {module.split(".")[0] for module in imported_modules(source)}
            assert not found & {"starlette", "jinja2", "uvicorn", "argon2"}, source


def test_http_is_imported_only_where_it_is_spoken() -> None:
    check = "import sys, sm_dns.serve.worker; sys.exit(bool({'h2', 'httpx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_workers_do_not_import_the_control_libraries() -> None:
    heavy = {
        "starlette",
        "jinja2",
        "uvicorn",
        "argon2",
        "pydantic",
        "yaml",
        "apscheduler",
        "click",
        "holidays",
        "publicsuffixlist",
        "dns",
    }
    for room in ("dns", "lists", "policy", "resolve", "serve", "portal"):
        for source in (PACKAGE / room).rglob("*.py"):
            assert not {module.split(".")[0] for module in imported_modules(source)} & heavy, source
