from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.state.dashboard_accounts import User
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.accounts import Accounts, digest, token_end
from tests.support.changes import put

ADMIN = User("officer1", "admin", "", "$hash")


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path)


def test_a_stranger_cannot_take_the_first_run(accounts: Accounts) -> None:
    """T17: the token lies where only the service's own user reads it, and works once."""
    assert accounts.prepare_first_run()
    token = accounts.first_run_file.read_text().strip()
    assert stat.S_IMODE(accounts.first_run_file.stat().st_mode) == 0o600
    assert accounts.prepare_first_run() and accounts.first_run_file.read_text().strip() == token
    for guess in ("", "guess", token[:-1], "é"):
        with pytest.raises(BadInput, match="not the token"):
            accounts.first_run(guess, "mallory", "$hash")
    files, user = accounts.first_run(token, "officer1", "$hash")
    assert user == ADMIN
    put(*files)
    assert not accounts.first_run_file.exists() and not accounts.prepare_first_run()
    with pytest.raises(BadInput, match="already"):
        accounts.first_run(token, "mallory", "$hash")


def test_the_file_is_its_owners_and_read_anew_when_it_changes(tmp_path: Path, accounts: Accounts) -> None:
    put(accounts.with_user(ADMIN))
    file = tmp_path / "web" / "users.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    other = Accounts(tmp_path)
    assert other.book().users == (ADMIN,)
    put(accounts.with_user(User("officer3", "head", "Finance", "$hash")))
    assert other.book().user("officer3") == User("officer3", "head", "Finance", "$hash")


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"users": [{"name": 1}], "tokens": []}', "null"])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, accounts: Accounts, damage: str) -> None:
    put(accounts.with_user(ADMIN))
    (tmp_path / "web" / "users.json").write_text(damage)
    with pytest.raises(BadInput, match="not a file of users"):
        accounts.book()
    with pytest.raises(BadInput, match="not a file of users"):
        accounts.prepare_first_run()


@pytest.mark.parametrize(
    "user",
    [
        replace(ADMIN, name=""),
        replace(ADMIN, name="Officer1"),
        replace(ADMIN, name="<b>"),
        replace(ADMIN, name="x" * 33),
        replace(ADMIN, role="root"),
        replace(ADMIN, department="Finance"),
        replace(ADMIN, role="head"),
        replace(ADMIN, role="head", department="x\ny"),
    ],
)
def test_what_is_no_user_is_refused(accounts: Accounts, user: User) -> None:
    with pytest.raises(BadInput):
        put(accounts.with_user(user))
    assert accounts.book().users == ()


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    put(accounts.with_user(ADMIN))
    with pytest.raises(BadInput, match="last administrator"):
        accounts.without_user("officer1")
    with pytest.raises(BadInput, match="last administrator"):
        accounts.with_changed("officer1", lambda user: replace(user, role="auditor"))
    put(accounts.with_user(replace(ADMIN, name="officer2")))
    file, gone = accounts.without_user("officer1")
    assert gone == ADMIN
    put(file)
    with pytest.raises(BadInput, match="no user"):
        accounts.without_user("officer1")
    with pytest.raises(BadInput, match="already"):
        put(accounts.with_user(replace(ADMIN, name="officer2")))


def test_a_token_is_kept_as_its_hash_ends_and_is_revoked(tmp_path: Path, accounts: Accounts) -> None:
    file, text, kept = accounts.with_token("Grafana", "auditor", "", 100.0, 200)
    put(file)
    assert text not in (tmp_path / "web" / "users.json").read_text() and kept.digest == digest(text)
    assert accounts.token(text, 199.0) == kept
    assert accounts.token(text, 200.0) is None
    assert accounts.token("guess", 100.0) is None
    file, gone = accounts.without_token(kept.id)
    assert gone == kept
    put(file)
    assert accounts.token(text, 100.0) is None
    with pytest.raises(BadInput, match="no token"):
        accounts.without_token(kept.id)
    for label, role, department in (("", "admin", ""), ("x", "head", ""), ("x\n", "admin", "")):
        with pytest.raises(BadInput):
            accounts.with_token(label, role, department, 1.0, None)


def test_how_long_a_token_is_good_for() -> None:
    assert token_end("", 100.0) == 100 + 90 * 86_400
    assert token_end("30d", 100.5) == 100 + 30 * 86_400
    assert token_end("never", 100.0) is None
    for wrong in ("30", "for ever", "0d", "3661d", "-1d"):
        with pytest.raises(BadInput, match="expires: "):
            token_end(wrong, 100.0)


def test_an_account_of_an_earlier_version_is_read_and_lacks_nothing(
    tmp_path: Path, accounts: Accounts
) -> None:
    put(accounts.with_user(ADMIN))
    file = tmp_path / "web" / "users.json"
    old = {"name": "officer1", "role": "admin", "department": "", "password": "$hash", "totp": "ABCD"}
    file.write_text(json.dumps({"users": [old], "tokens": []}))
    assert accounts.book().users == (replace(ADMIN, totp="ABCD"),)
