from __future__ import annotations

import json

from sm_dns.state import audit
from sm_dns.state.dashboard_accounts import User
from sm_dns.web.auth import passwords
from sm_dns.web.auth.accounts import Accounts
from tests.cli.conftest import Office
from tests.support.changes import put

WHY = ("--reason", "asked for in person")
ADMIN = User("officer1", "admin", "", "$hash", "ABCD", recovery=("x",))


def told(office: Office, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(office.run("accounts", *arguments, "--json").stdout)
    return found


def test_nobody_yet(office: Office) -> None:
    assert "Nobody has an account yet" in office.run("accounts", "list").stdout


def test_a_lost_authenticator_is_forgotten_and_put_on_record(office: Office) -> None:
    put(Accounts(office.state).with_user(ADMIN))
    assert told(office, "list") == {
        "name": "officer1", "role": "admin", "department": "", "code": True, "first_password": False
    }  # fmt: skip
    office.run("accounts", "reset", "officer1", *WHY)
    assert told(office, "list")["code"] is False
    user = Accounts(office.state).book().user("officer1")
    assert user == User("officer1", "admin", "", "$hash")
    (record,) = audit.read(office.state / audit.FILE)
    assert (record.action, record.target, record.why) == ("totp reset", "officer1", WHY[1])
    assert "no user" in office.run("accounts", "reset", "nobody", *WHY, exit_code=2).stderr


def test_a_first_password_is_printed_once_and_changed_at_login(office: Office) -> None:
    put(Accounts(office.state).with_user(ADMIN))
    password = str(told(office, "password", "officer1", *WHY)["password"])
    user = Accounts(office.state).book().user("officer1")
    assert user is not None and user.borrowed and not user.totp and not user.recovery
    assert passwords.matches(user.password, password)
    kept = (office.state / audit.FILE).read_text()
    assert "password reset" in kept and password not in kept


def test_tokens_end_unless_a_word_says_never(office: Office) -> None:
    made = [
        told(office, "token", "add", "Grafana", "--role", "auditor", *WHY, *more)
        for more in ((), ("--expires", "30d"), ("--expires", "never"))
    ]
    created = [each.created for each in Accounts(office.state).book().tokens]
    ends = [each.expires for each in Accounts(office.state).book().tokens]
    assert ends == [created[0] + 90 * 86_400, created[1] + 30 * 86_400, None]
    assert [each.detail["expires"] for each in audit.read(office.state / audit.FILE)] == ends
    listed = office.run("accounts", "list").stdout
    assert "never ends" in listed and all(str(each["text"]) not in listed for each in made)
    assert "expires" in office.run(
        "accounts", "token", "add", "x", "--role", "auditor", "--expires", "soon", *WHY, exit_code=2
    ).stderr  # fmt: skip
    office.run("accounts", "token", "revoke", str(made[0]["token"]), *WHY)
    assert len(Accounts(office.state).book().tokens) == 2
