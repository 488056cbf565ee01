"""What is compiled when sm-dns is installed, and that `make` knows it."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

from tests.conftest import require

ROOT = Path(__file__).resolve().parent.parent


def compiled_sources() -> set[str]:
    """The sources that `hatch_build.py` names. It is read, not imported: only a build has hatchling."""
    found = ast.parse((ROOT / "hatch_build.py").read_text(encoding="utf-8"))
    named = {
        target.id: ast.literal_eval(statement.value)
        for statement in found.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant | ast.Tuple)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    return {named["DRAIN"], *named["QUERY_PATH"]}


def test_what_is_compiled_exists() -> None:
    assert [name for name in sorted(compiled_sources()) if not (ROOT / name).is_file()] == []


def test_make_compiles_anew_whatever_is_compiled() -> None:
    require("make")
    asked = ["make", "--dry-run", "--print-data-base", "clean"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60)
    values = [line for line in done.stdout.splitlines() if line.startswith("COMPILED := ")]
    assert len(values) == 1, done.stderr
    assert compiled_sources() <= set(values[0].split())
