"""What every test may lean on: required tools fail loudly in CI, and properties run the same everywhere."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from sm_dns import native_build
from sm_dns.native import is_pure_wanted, why_not_compiled
from sm_dns.report.formats import pdf_form
from sm_dns.util.errors import BadInput

pytest_plugins = ("tests.support.languages", "tests.support.site")

MISSING = "not on this machine: "

settings.register_profile("quick", max_examples=100, deadline=None, derandomize=True)
# Examples of its own each time, by the seed of `--hypothesis-seed`: what fails prints how to see it again.
settings.register_profile("fresh", max_examples=100, deadline=None, print_blob=True, database=None)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("SM_DNS_HYPOTHESIS", "quick"))


def pytest_sessionstart() -> None:
    """What is compiled must be compiled of the sources as they are: it runs in their place without a word."""
    root = Path(__file__).resolve().parent.parent
    left = next((root / "sm_dns").rglob("*.so"), None)
    if left is not None:
        pytest.exit(f"{left} is of an earlier sm-dns and would run: `make check` removes it", 2)
    noted = native_build.record()
    sources = noted.get("sources")
    if is_pure_wanted() or not noted.get("native") or not isinstance(sources, dict):
        return
    for name, digest in sources.items():
        if name.endswith((".py", ".pyx")) and not _is(root / name, digest):
            pytest.exit(f"{name} is not what was compiled: `make check` compiles it anew", 2)


def _is(source: Path, digest: str) -> bool:
    return source.exists() and native_build.digest(source) == digest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that is marked so needs IPv6."""
    if item.get_closest_marker("ipv6"):
        require_ipv6()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """At the end, a line for each part that this machine lacks: which it is, and what was therefore not tested."""
    untested = missing_parts(terminalreporter.stats.get("skipped", []))
    if untested:
        terminalreporter.section("not tested, for this machine lacks what it takes")
    for part, tests in sorted(untested.items()):
        number = sum(tests.values())
        what = f"{number} test{'s' if number > 1 else ''} of {', '.join(sorted(tests))}"
        terminalreporter.write_line(f"{part}: {what}")


def missing_parts(skipped: Iterable[pytest.TestReport | pytest.CollectReport]) -> dict[str, Counter[str]]:
    """For each missing part how many tests of which file it left out."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        part = reason.partition(MISSING)[2]
        if part:
            found[part][report.nodeid.partition("::")[0]] += 1
    return dict(found)


def require(*programs: str) -> None:
    """Skip the test when a system program is missing; fail instead when SM_DNS_REQUIRE_ALL=1."""
    missing = [program for program in programs if shutil.which(program, path=_path()) is None]
    if missing:
        lacking(", ".join(missing))


def require_root() -> None:
    """Skip the test where it does not run as root; fail instead when SM_DNS_REQUIRE_ALL=1."""
    if os.geteuid() != 0:
        lacking("the rights of root")


def require_compiler() -> None:
    """Skip the test without what compiling takes; fail instead when SM_DNS_REQUIRE_ALL=1."""
    if not all(native_build.toolchain().values()):
        lacking("a C compiler and the headers of Python")


def require_compiled() -> None:
    """Skip the test where the query path was not compiled; fail instead when SM_DNS_REQUIRE_ALL=1."""
    reason = why_not_compiled()
    if reason is not None and is_pure_wanted():
        pytest.skip(reason, allow_module_level=True)
    if reason is not None:
        lacking(f"the compiled query path ({reason})")


def require_pdf() -> None:
    """Skip the test without what makes PDF; fail instead when SM_DNS_REQUIRE_ALL=1."""
    try:
        pdf_form.library()
    except BadInput:
        lacking("fpdf2 (the extra pdf)")


def require_ipv6() -> None:
    """Skip the test where ::1 cannot be had; fail instead when SM_DNS_REQUIRE_ALL=1."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        lacking("IPv6")


def require_localhost() -> None:
    """Skip the test where the name localhost is nobody's; fail instead when SM_DNS_REQUIRE_ALL=1."""
    try:
        socket.getaddrinfo("localhost", 80)
    except OSError:
        lacking("the name localhost (/etc/hosts)")


def lacking(part: str) -> NoReturn:
    """Skip the test for a part that this machine lacks; fail instead when SM_DNS_REQUIRE_ALL=1."""
    if os.environ.get("SM_DNS_REQUIRE_ALL") == "1":
        pytest.fail(f"{MISSING}{part}")
    pytest.skip(f"{MISSING}{part}", allow_module_level=True)


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
