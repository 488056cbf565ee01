"""What every test may lean on: required tools fail loudly in CI, and properties run the same everywhere."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from sm_dns import built
from sm_dns.query_path import is_pure_wanted

settings.register_profile("quick", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("SM_DNS_HYPOTHESIS", "quick"))


def pytest_sessionstart() -> None:
    """What is compiled must be compiled of the sources as they are: it runs in their place without a word."""
    root = Path(__file__).resolve().parent.parent
    left = next((root / "sm_dns").rglob("*.so"), None)
    if left is not None:
        pytest.exit(f"{left} is of an earlier sm-dns and would run: `make check` removes it", 2)
    noted = built.record()
    if is_pure_wanted() or not noted.get("native"):
        return
    for name, digest in noted["sources"].items():
        if name.endswith((".py", ".pyx")) and built.digest(root / name) != digest:
            pytest.exit(f"{name} is not what was compiled: `make check` compiles it anew", 2)


def require(*programs: str) -> None:
    """Skip the test when a system program is missing; fail instead when SM_DNS_REQUIRE_ALL=1."""
    missing = [program for program in programs if shutil.which(program, path=_path()) is None]
    if missing:
        lacking(f"not installed: {', '.join(missing)}")


def require_root() -> None:
    """Skip the test where it does not run as root; fail instead when SM_DNS_REQUIRE_ALL=1."""
    if os.geteuid() != 0:
        lacking("only root may do this")


def lacking(message: str) -> NoReturn:
    """Skip the test for something that this machine lacks; fail instead when SM_DNS_REQUIRE_ALL=1."""
    if os.environ.get("SM_DNS_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
