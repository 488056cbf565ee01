from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.monitor import pseudonym
from sm_dns.monitor.store.store import Store
from sm_dns.state import audit, person_requests
from sm_dns.state.dashboard_accounts import User
from sm_dns.web.auth.accounts import Accounts
from tests.cli.commands.test_requests import KEPT
from tests.cli.conftest import Office
from tests.support import ump
from tests.support.changes import put
from tests.support.rows import row

ASK = (
    "request",
    "A1234",
    "--from",
    "2010-01-03",
    "--to",
    "2010-01-08",
    "--reason",
    "inquiry KP/12 of the head",
)
APPROVAL = ("--reason", "letter KP/13 of 9 January")


class Desk:
    """Commands of several system users."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self._office = office
        self._monkeypatch = monkeypatch

    def run(self, who: str, *arguments: str, exit_code: int = 0) -> str:
        self._monkeypatch.setattr(audit, "current_user", lambda: who)
        result = self._office.run("report", "person", *arguments, exit_code=exit_code)
        return result.stdout if exit_code == 0 else result.stderr

    def ask(self) -> str:
        return str(json.loads(self.run("officer4", *ASK, "--json"))["id"])


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    office.config.write_text(office.config.read_text() + "monitoring: {approvers: [rahman, officer4]}\n")
    (office.state / "keys").mkdir(parents=True)
    names = pseudonym.load_or_make(office.state / "keys" / "pseudonym.key")
    (office.state / "monitor").mkdir()
    store = Store(office.state / "monitor" / "usage.db")
    mine, other = names.of("person", "a1234"), names.of("person", "b2345")
    store.add([row(hour=ump.at(1, 8))._replace(pseudonym=mine),
               row(hour=ump.at(1, 9), service="x")._replace(pseudonym=other)], names.key_id)  # fmt: skip
    store.close()
    return Desk(office, monkeypatch)


def test_two_people_and_then_the_hours(desk: Desk, office: Office) -> None:
    assert desk.run("rahman", "list") == "Nobody has asked to see a person.\n"
    request = desk.ask()
    assert "inquiry KP/12" in desk.run("rahman", "list")
    desk.run("rahman", "approve", request, *APPROVAL)
    shown = json.loads(desk.run("officer4", "show", request, "--json"))
    assert [(each["date"], each["hour"], each["service"]) for each in shown["hours"]] == [
        ("2010-01-04", 8, "facebook")
    ]
    text = desk.run("officer4", "show", request)
    assert (
        "4 Januari 2010" in text
        and "diluluskan oleh rahman" in text
        and "bukan bukti bahawa seseorang" in text
    )
    lines = [(line.who, line.action) for line in office.audited()]
    assert lines == [
        ("officer4", "report person request"),
        ("rahman", "report person approve"),
        ("officer4", "report person show"),
        ("officer4", "report person show"),
    ]
    assert "a1234" not in str(office.audited())


def test_nobody_sees_what_is_not_approved(desk: Desk, office: Office) -> None:
    request = desk.ask()
    assert "is not approved" in desk.run("officer4", "show", request, exit_code=2)
    assert "does not approve it" in desk.run("officer4", "approve", request, *APPROVAL, exit_code=2)
    assert "not among" in desk.run("ali", "approve", request, *APPROVAL, exit_code=2)
    assert "not approved" in desk.run("rahman", "show", request, exit_code=2)
    assert [line.action for line in office.audited()] == ["report person request"]


def test_only_who_asked_sees_it(desk: Desk) -> None:
    request = desk.ask()
    desk.run("rahman", "approve", request, *APPROVAL)
    assert "somebody else" in desk.run("rahman", "show", request, exit_code=2)
    assert "approved already" in desk.run("rahman", "approve", request, *APPROVAL, exit_code=2)


def test_an_approval_that_the_audit_does_not_hold_is_none(desk: Desk, office: Office) -> None:
    request = desk.ask()
    path = office.state / person_requests.FILE
    found = json.loads(path.read_text())
    found[0] |= {"approver": "rahman", "approved": 1.0, "approval": "forged by hand"}
    path.write_text(json.dumps(found))
    assert "the audit holds no approval" in desk.run("officer4", "show", request, exit_code=2)
    chain = office.state / audit.FILE
    chain.write_text(chain.read_text().replace("officer4", "sita"))
    assert "chain is broken" in desk.run("officer4", "show", request, exit_code=2)


def test_an_expired_request_shows_nothing(desk: Desk, office: Office) -> None:
    request = desk.ask()
    desk.run("rahman", "approve", request, *APPROVAL)
    path = office.state / person_requests.FILE
    found = json.loads(path.read_text())
    found[0]["expires"] = found[0]["requested"] + 0.0
    path.write_text(json.dumps(found))
    assert "has expired" in desk.run("officer4", "show", request, exit_code=2)


def test_without_the_key_nobody_is_named_and_none_is_made(desk: Desk, office: Office) -> None:
    request = desk.ask()
    desk.run("rahman", "approve", request, *APPROVAL)
    key: Path = office.state / "keys" / "pseudonym.key"
    key.unlink()
    assert "key of the pseudonyms is not there" in desk.run("officer4", "show", request, exit_code=2)
    assert not key.exists()
    assert "report person show" not in [line.action for line in office.audited()]


def test_a_reason_is_written_and_the_end_is_near(desk: Desk) -> None:
    short = (*ASK[:-1], "because")
    assert "write a reason" in desk.run("officer4", *short, exit_code=2)
    assert "7 days at most" in desk.run("officer4", *ASK, "--for", "8d", exit_code=2)
    assert "--for" in desk.run("officer4", *ASK, "--for", "soon", exit_code=2)


def test_a_key_that_the_staff_map_does_not_know_is_noted(desk: Desk, office: Office) -> None:
    assert json.loads(desk.run("officer4", *ASK, "--json"))["is_known"] is True  # there is no map
    (office.config.parent / "staff.csv").write_text("address,staff\n10.0.0.1,a1234\n")
    office.config.write_text(
        office.config.read_text().replace("{approvers", "{staff_map: staff.csv, approvers")
    )
    assert "does not know" not in desk.run("officer4", *ASK)
    wrong = ["a12345" if word == "A1234" else word for word in ASK]
    assert "the staff map does not know a12345" in desk.run("officer4", *wrong)
    request = str(json.loads(desk.run("officer4", *wrong, "--json"))["id"])
    desk.run("rahman", "approve", request, *APPROVAL)
    assert "kunci yang diberikan salah" in " ".join(desk.run("officer4", "show", request).split())
    found = json.loads(desk.run("officer4", "show", request, "--json"))
    assert (found["is_known"], found["hours"], found["coverage"]["watched_percent"]) == (False, [], "0.00")


def test_where_there_are_accounts_the_approval_is_given_by_one_of_them(desk: Desk, office: Office) -> None:
    """Who is root says who the user of a command is: it is no second person."""
    request = desk.ask()
    put(Accounts(office.state).with_user(User("rahman", "auditor", "", KEPT)))
    refused = desk.run("rahman", "approve", request, *APPROVAL, exit_code=2)
    assert "accounts of the dashboard tell apart: decide it there, on the page /requests" in refused
    assert "not approved" in desk.run("officer4", "show", request, exit_code=2)
    assert [line.action for line in office.audited()] == ["report person request"]


def test_without_accounts_the_record_says_by_whom_the_rule_was_kept(desk: Desk, office: Office) -> None:
    desk.run("rahman", "approve", desk.ask(), *APPROVAL)
    assert "nobody has an account of the dashboard" in str(office.audited()[-1].detail["kept_by"])
