"""`sm-dns requests`: what staff asked for, listed and decided by an administrator at the server."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from sm_dns.state import access_requests, audit, exemptions_store
from sm_dns.state.access_requests import AccessRequest
from sm_dns.state.dashboard_accounts import User
from sm_dns.web.auth.accounts import Accounts
from tests.cli.conftest import Office
from tests.state.test_access_requests import REQUEST, trail
from tests.support.changes import put
from tests.support.smtp_server import mail_server

KEPT = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"


def asked(office: Office, **more: str) -> AccessRequest:
    office.state.mkdir(exist_ok=True)
    now = int(time.time())
    wanted = replace(REQUEST, made=now, until=now + 7200, **more)  # type: ignore[arg-type]
    return access_requests.add(office.state, wanted, trail(office.state))


def now_of(office: Office, one: AccessRequest) -> AccessRequest:
    return access_requests.find(access_requests.load(office.state), one.id)


def test_listed_approved_and_listed_no_more(office: Office) -> None:
    one = asked(office)
    text = office.run("requests", "list").stdout
    assert text.startswith(f"{one.id}: waiting; www.facebook.com (facebook) for 10.1.0.1 until ")
    assert "Officer One, Finance: page of the agency" in text
    (told,) = [json.loads(line) for line in office.run("requests", "list", "--json").stdout.splitlines()]
    assert (told["state"], told["category"], told["deciders"]) == ("waiting", "social", [])
    out = office.run("requests", "approve", one.id, "--reason", "campaign").stdout
    assert "approved by" in out and "No server is running" in out
    (granted,) = exemptions_store.load(office.state)
    assert (granted.network, granted.service, granted.approver) == (
        "10.1.0.1/32",
        "facebook",
        audit.current_user(),
    )
    assert now_of(office, one).exemption == granted.id
    assert "No request waits" in office.run("requests", "list").stdout
    assert "approved by" in office.run("requests", "list", "--all").stdout
    again = office.run("requests", "approve", one.id, "--reason", "campaign", exit_code=2).stderr
    assert "is decided already" in again


def test_declined(office: Office) -> None:
    one = asked(office)
    assert "declined by" in office.run("requests", "decline", one.id, "--reason", "no").stdout
    assert now_of(office, one).reason == "no"
    assert (
        "is decided already"
        in office.run("requests", "decline", one.id, "--reason", "no", exit_code=2).stderr
    )


def test_what_was_typed_does_not_steer_a_terminal(office: Office) -> None:
    one = asked(office)
    put(access_requests.written(office.state, [replace(one, name="\x1b[2J", purpose="\u202e")]))
    text = office.run("requests", "list").stdout
    assert "\x1b" not in text and "\u202e" not in text


def test_two_persons_are_accounts_where_there_are_any(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.config.write_text(office.config.read_text() + "requests: {approvals: 2}\n")
    one = asked(office)
    monkeypatch.setattr(audit, "current_user", lambda: "officer4")
    assert (
        "another person must approve it" in office.run("requests", "approve", one.id, "--reason", "w").stdout
    )
    assert exemptions_store.load(office.state) == []
    assert (
        "it takes another person"
        in office.run("requests", "approve", one.id, "--reason", "w", exit_code=2).stderr
    )
    monkeypatch.setattr(audit, "current_user", lambda: "rahman")
    office.run("requests", "approve", one.id, "--reason", "w")
    assert exemptions_store.load(office.state)[0].approver == "officer4, rahman"
    record = office.audited()[-1]
    assert "nobody has an account" in str(record.detail["kept_by"])
    put(Accounts(office.state).with_user(User("officer1", "admin", "", KEPT)))
    other = asked(office, site="m.facebook.com")
    refused = office.run("requests", "approve", other.id, "--reason", "w", exit_code=2).stderr
    assert "decide it there, on the page /requests" in refused
    office.run("requests", "decline", other.id, "--reason", "w")


def test_mail_goes_to_who_decides_and_says_nothing_of_who_asked(office: Office) -> None:
    with mail_server() as mailbox:
        office.config.write_text(
            office.config.read_text()
            + "monitoring: {departments: [{name: Finance}, {name: Audit}]}\n"
            + f"smtp: {{host: 127.0.0.1, port: {mailbox.port}, security: none, sender: dns@agency.example}}\n"
            + "requests: {enabled: true, dashboard: 'https://dns.agency.example/', mail: ["
            + "{to: [head@agency.example], departments: [Finance]},"
            + "{to: [other@agency.example], departments: [Audit]}, {to: [ctm@agency.example]}]}\n"
        )
        one = asked(office)
        assert "2 sent" in office.run("requests", "mail", one.id).stdout
    assert mailbox.recipients == ["head@agency.example", "ctm@agency.example"]
    text = mailbox.messages[0].get_content()
    assert "New requests of staff for a closed site: 1." in text and "Finance" in text
    assert "https://dns.agency.example/requests" in text
    for typed in ("Officer One", "page of the agency", "10.1.0.1", one.id):
        assert typed not in mailbox.messages[0].as_string()


def test_mail_that_cannot_be_sent_is_told(office: Office) -> None:
    with mail_server() as mailbox:
        mailbox.refuse = "head@agency.example"
        office.config.write_text(
            office.config.read_text()
            + f"smtp: {{host: 127.0.0.1, port: {mailbox.port}, security: none, sender: dns@agency.example}}\n"
            + "requests: {mail: [{to: [head@agency.example]}, {to: [ctm@agency.example]}]}\n"
        )
        refused = office.run("requests", "mail", asked(office).id, exit_code=2).stderr
    assert "mail server" in refused
    assert [message["To"] for message in mailbox.messages] == ["ctm@agency.example"]
