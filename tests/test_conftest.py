"""What a run says at its end of the parts that were missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = """
import pytest
from tests.conftest import lacking, require

def test_one():
    require("no-such-program", "sh")

def test_two():
    require("no-such-program")

@pytest.fixture
def part():
    lacking("a part")

def test_three(part):
    pass

def test_four():
    pytest.skip("for another reason")
"""


def run(place: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (place / "test_lacking.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "-p",
        "tests.conftest",
        str(place),
    ]
    clean = {key: value for key, value in os.environ.items() if key != "SM_DNS_REQUIRE_ALL"}
    return subprocess.run(
        command, cwd=ROOT, env={**clean, **environment}, capture_output=True, text=True, timeout=110
    )


def test_each_missing_part_is_told_in_a_line_with_what_was_not_tested(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout
    told = [
        line
        for line in done.stdout.splitlines()
        if line.startswith(("no-such-program", "a part", "for another"))
    ]
    assert [line.partition(" of ")[0] for line in told] == ["a part: 1 test", "no-such-program: 2 tests"]
    assert all(line.endswith("test_lacking.py") for line in told)


def test_continuous_integration_wants_every_part(tmp_path: Path) -> None:
    done = run(tmp_path, SM_DNS_REQUIRE_ALL="1")
    assert "2 failed" in done.stdout and "1 error" in done.stdout
    assert "not on this machine: no-such-program" in done.stdout
