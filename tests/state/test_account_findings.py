from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.state.account_findings import account_findings
from sm_dns.state.dashboard_accounts import User
from sm_dns.web.auth.accounts import Accounts
from tests.support.changes import put

DAY = 86_400
ADMIN = User("officer1", "admin", "", "$hash", "ABCD")


def said(state: Path, now: float) -> list[str]:
    return [f"{each.level}: {each.text}" for each in account_findings(state, now)]


def test_nobody_and_a_good_account_are_nothing_to_tell(tmp_path: Path) -> None:
    assert said(tmp_path, 0.0) == []
    put(Accounts(tmp_path).with_user(ADMIN))
    put(Accounts(tmp_path).with_user(User("officer2", "auditor", "", "$hash")))
    assert said(tmp_path, 0.0) == []


def test_an_administrator_without_a_code_is_told(tmp_path: Path) -> None:
    put(Accounts(tmp_path).with_user(replace(ADMIN, totp="")))
    (line,) = said(tmp_path, 0.0)
    assert line.startswith("note: ") and "officer1" in line


@pytest.mark.parametrize(
    ("expires", "now", "level", "word"),
    [
        (None, 0, "note", "never ends"),
        (100 * DAY, 50 * DAY, "", ""),
        (100 * DAY, 86 * DAY, "warning", "ends in 14 days"),
        (100 * DAY, 100 * DAY, "warning", "has ended"),
    ],
)
def test_the_end_of_a_token(tmp_path: Path, expires: int | None, now: float, level: str, word: str) -> None:
    file, _, _ = Accounts(tmp_path).with_token("Grafana", "auditor", "", 0.0, expires)
    put(file)
    lines = said(tmp_path, now)
    assert len(lines) == bool(level)
    assert all(line.startswith(level) and "'Grafana'" in line and word in line for line in lines)


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "users.json").write_text("{")
    (line,) = said(tmp_path, 0.0)
    assert line.startswith("error: nobody can log in")
