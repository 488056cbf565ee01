"""Who tried to get in is in the audit (AUD-1), and guessing does not fill it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.chain import Record
from sm_dns.web.auth import attempts as module
from sm_dns.web.auth import totp
from sm_dns.web.auth.attempts import Attempts
from sm_dns.web.auth.throttle import FREE_TRIES
from tests.support.dashboard import ADDRESS, CLIENT, PASSWORD, Dashboard

NOW = 1_786_334_400.0


def records(path: Path) -> list[Record]:
    return list(audit.read(path / audit.FILE))


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    return Attempts(lambda who: Trail(tmp_path / audit.FILE, who, lambda: NOW))


def test_failures_are_counted_and_told_ever_more_seldom(tmp_path: Path, attempts: Attempts) -> None:
    for count in range(1, 1001):
        attempts.failed("login", "192.0.2.7", "officer1", count, NOW)
    told = [(each.action, each.detail["failures"]) for each in records(tmp_path)]
    assert told == [
        ("login failed", 1),
        *(("login locked", FREE_TRIES * 2**each) for each in range(8)),
    ]
    assert {each.who for each in records(tmp_path)} == {"somebody at 192.0.2.7"}


def test_many_origins_do_not_fill_it_either(tmp_path: Path, attempts: Attempts) -> None:
    for number in range(module.MAX_LINES + 50):
        attempts.failed("login", f"10.0.{number // 256}.{number % 256}", "unknown name", 1, NOW)
    assert len(records(tmp_path)) == module.MAX_LINES
    attempts.failed("login", "192.0.2.7", "unknown name", 1, NOW + 3601)
    assert records(tmp_path)[-1].detail == {"failures": 1, "untold": 50}


def test_what_cannot_be_written_keeps_nobody_waiting(attempts: Attempts) -> None:
    Attempts(lambda who: Trail(Path("/proc/nowhere/audit"), who)).failed("login", "x", "y", 1, NOW)


def test_logins_failed_ones_and_lockouts_are_in_the_audit(dashboard: Dashboard) -> None:
    browser = dashboard.visitor()

    def attempt(name: str, password: str) -> int:
        fields = {"name": name, "password": password, "code": dashboard.code()}
        return browser.post("/login", data=fields, headers={"Origin": ADDRESS}).status_code

    assert attempt("officer1", PASSWORD) == 303
    for name in ("officer1", PASSWORD, "officer2", "officer1", "officer1"):
        assert attempt(name, "guess") == 403
    assert attempt("officer1", PASSWORD) == 429
    dashboard.clock += totp.STEP
    assert attempt("officer1", PASSWORD) == 303
    told = [
        (each.who, each.action, each.target, each.detail.get("failures"))
        for each in dashboard.desk.audited().records
    ]
    assert told == [
        ("officer1", "login", "officer1", None),
        (f"somebody at {CLIENT}", "login failed", "officer1", 1),
        (f"somebody at {CLIENT}", "login locked", "officer1", 5),
        ("officer1", "login", "officer1", None),
    ]
    assert PASSWORD not in (dashboard.state / audit.FILE).read_text()


def test_a_name_that_nobody_has_is_not_written(dashboard: Dashboard) -> None:
    """People type passwords into the wrong field."""
    fields = {"name": "sebenarnya-kata-laluan", "password": "x"}
    dashboard.visitor().post("/login", data=fields, headers={"Origin": ADDRESS})
    (line,) = dashboard.desk.audited().records
    assert (line.action, line.target) == ("login failed", "unknown name")


def test_who_cannot_be_recorded_does_not_come_in(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device", "audit.jsonl")

    fields = {"name": "officer1", "password": PASSWORD, "code": dashboard.code()}
    with monkeypatch.context() as patched:
        patched.setattr("sm_dns.state.chain_file.ChainFile.add", full)
        found = dashboard.visitor().post("/login", data=fields, headers={"Origin": ADDRESS})
        assert found.status_code == 503 and "set-cookie" not in found.headers
        assert "tidak dapat ditulis: audit.jsonl" in found.text
    assert dashboard.login("officer1").browser.get("/").status_code == 200
