"""What is compiled when sm-dns is installed, that `make` knows it, and what is told where it cannot be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

import hatch_build
from sm_dns import native_build
from tests.conftest import require, require_compiler

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOTHING = Path("/nonexistent")


def compiled_sources() -> set[str]:
    """The sources that `hatch_build.py` names."""
    return {hatch_build.DRAIN, *hatch_build.QUERY_PATH}


def test_what_is_compiled_exists() -> None:
    assert [name for name in sorted(compiled_sources()) if not (ROOT / name).is_file()] == []


def test_make_compiles_anew_whatever_is_compiled() -> None:
    require("make")
    asked = ["make", "--dry-run", "--print-data-base", "clean"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60)
    values = [line for line in done.stdout.splitlines() if line.startswith("COMPILED := ")]
    assert len(values) == 1, done.stderr
    assert compiled_sources() <= set(values[0].split())


def test_what_compiles_is_pinned_and_the_same_that_checks() -> None:
    wanted = PROJECT["build-system"]["requires"]
    pinned = {one for one in wanted if "==" in one}
    assert {one.partition("==")[0] for one in pinned} == {"Cython", "mypy", "setuptools"}
    assert pinned <= set(PROJECT["project"]["optional-dependencies"]["test"])


def tree(place: Path) -> Path:
    """A small source tree of the same form, read-only for who is not root."""
    files = {
        "pyproject.toml": "[tool.mypy]\npython_version = '3.11'\n",
        "hatch_build.py": "",
        "sm_dns/__init__.py": "",
        "sm_dns/fast.py": "def double(value: int) -> int:\n    return 2 * value\n",
        "sm_dns/drain.pyx": "def triple(value):\n    return 3 * value\n",
    }
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    for path in (place, *place.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return place


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(hatch_build, "DRAIN", "sm_dns/drain.pyx")
    monkeypatch.setattr(hatch_build, "QUERY_PATH", ("sm_dns/fast.py",))
    return tree(tmp_path / "source")


def noted(result: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((result / native_build.RECORD).read_text())
    return found


# In a process of its own: mypyc and setuptools leave their marks, and what is compiled is imported.
BUILD = """
import sys
from pathlib import Path
import hatch_build
hatch_build.DRAIN, hatch_build.QUERY_PATH = "sm_dns/drain.pyx", ("sm_dns/fast.py",)
source, result, earlier = map(Path, sys.argv[1:])
sys.exit(not hatch_build.build(source, result, earlier))
"""


def run_build(
    source: Path, result: Path, earlier: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BUILD, str(source), str(result), str(earlier)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=110,
    )


def test_nothing_is_written_among_the_sources_and_equal_ones_are_compiled_once(
    source: Path, tmp_path: Path
) -> None:
    require_compiler()
    before = sorted(path.name for path in source.rglob("*"))
    done = run_build(source, tmp_path / "one", NOTHING)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in source.rglob("*")) == before
    made = sorted(path.name.partition(".")[0] for path in (tmp_path / "one").glob("*.so"))
    assert made == ["drain", "fast", "native__mypyc"]
    assert noted(tmp_path / "one")["native"] is True
    assert (tmp_path / "one" / native_build.LOG).exists()
    again = run_build(source, tmp_path / "two", tmp_path / "one", CC="/nonexistent/cc")
    assert again.returncode == 0, again.stderr
    assert sorted(path.name for path in (tmp_path / "two").glob("*.so")) == sorted(
        path.name for path in (tmp_path / "one").glob("*.so")
    )


def test_what_is_compiled_twice_is_the_same_to_the_last_octet(source: Path, tmp_path: Path) -> None:
    require_compiler()
    for name in ("one", "two"):  # with assertions, as Debian's Python compiles: they name their sources
        done = run_build(source, tmp_path / name, NOTHING, CFLAGS="-UNDEBUG")
        assert done.returncode == 0, done.stderr
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).glob("*.so")} for name in ("one", "two")
    )
    assert one == two
    assert not [name for name, data in one.items() if tempfile.gettempdir().encode() in data]


def test_what_cannot_be_compiled_is_told_with_the_first_error_and_a_log(source: Path, tmp_path: Path) -> None:
    require_compiler()
    fast = source / "sm_dns" / "fast.py"
    fast.chmod(0o644)
    fast.write_text("def double(value: int) -> str:\n    return 2 * value\n")
    result = tmp_path / "result"
    done = run_build(source, result, NOTHING)
    assert done.returncode == 1
    assert "fast.py:2: error: Incompatible return value type" in done.stderr
    assert "fast.py:2: error: Incompatible return value type" in str(noted(result)["reason"])
    assert "error: Incompatible" in (result / native_build.LOG).read_text()
    assert list(result.rglob("*.so")) == []


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("compiler", "there was no C compiler when it was installed"),
        ("headers", "(Python.h) were missing when it was installed"),
    ],
)
def test_what_was_missing_is_told_and_noticed_when_it_comes(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, reason: str
) -> None:
    whole = {"compiler": "/usr/bin/cc", "headers": "/usr/include/Python.h"}
    monkeypatch.setattr(native_build, "toolchain", lambda: {**whole, missing: ""})
    result = tmp_path / "result"
    assert not hatch_build.build(source, result, NOTHING)
    monkeypatch.setattr(native_build, "place", lambda: result)
    assert str(native_build.why_not_native()).endswith(reason)
    assert not native_build.is_worth_another_try()
    monkeypatch.setattr(native_build, "toolchain", lambda: whole)
    assert native_build.is_worth_another_try()


def test_make_tries_again_what_is_worth_it(tmp_path: Path) -> None:
    require("make")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sm-dns", "python"):
        (tools / name).write_text("#!/bin/sh\necho $AGAIN\n")
        (tools / name).chmod(0o755)
    for again, expected in (("again", True), ("", False)):
        asked = ["make", "--dry-run", f"VENV={tmp_path}", "run"]
        environment = {**os.environ, "AGAIN": again}
        plan = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert ("pip install" in plan.stdout) == expected


def test_the_commit_is_that_of_the_checkout(tmp_path: Path) -> None:
    require("git")
    assert native_build.described(tmp_path) == ""
    git = [
        shutil.which("git") or "git",
        "-C",
        str(tmp_path),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x.test",
    ]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run([*git, *command], check=True, timeout=60)
    assert len(native_build.described(tmp_path)) == 12
