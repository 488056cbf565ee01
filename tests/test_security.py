"""The table of threats is true: each row names code and tests, and a test names each threat."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
THREATS = [f"T{number}" for number in range(1, 21)]
ROWS = {
    cells[0]: cells
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    if (cells := [cell.strip() for cell in line.strip("|").split("|")])[0] in THREATS
}


def _docstrings() -> dict[str, str]:
    """Every test with what it says of itself."""
    found: dict[str, str] = {}
    for source in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = found.get(node.name, "") + (ast.get_docstring(node) or "")
    return found


DOCSTRINGS = _docstrings()


@pytest.mark.parametrize("threat", THREATS)
def test_each_row_names_code_and_tests(threat: str) -> None:
    _, _, _, code, tests = ROWS[threat]
    assert re.findall(r"`((?:sm_dns|systemd)/[a-z0-9_./-]+)`", code)
    named = re.findall(r"`(test_[a-z0-9_]+)`", tests)
    assert named
    assert set(named) <= set(DOCSTRINGS)


@pytest.mark.parametrize("threat", THREATS)
def test_a_test_in_the_table_names_the_threat(threat: str) -> None:
    named = re.findall(r"`(test_[a-z0-9_]+)`", ROWS[threat][4])
    assert any(re.search(rf"\b{threat}\b", DOCSTRINGS[name]) for name in named)
