"""What every test may lean on: required tools fail loudly in CI, and properties run the same everywhere."""

from __future__ import annotations

import os
import shutil
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

import sm_dns
from sm_dns.query_path import is_pure_wanted

settings.register_profile("quick", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("SM_DNS_HYPOTHESIS", "quick"))


def pytest_sessionstart() -> None:
    """What is compiled must be compiled of the sources as they are: Python prefers it without a word."""
    if is_pure_wanted():
        return
    for source in Path(sm_dns.__file__).parent.rglob("*.py"):
        compiled = source.with_suffix(EXTENSION_SUFFIXES[0])
        if compiled.exists() and compiled.stat().st_mtime < source.stat().st_mtime:
            pytest.exit(f"{source} is newer than what was compiled of it: `make test` compiles it anew", 2)


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
