"""Every page in Malay, with everything on it that the service can have to say: no sentence is left in English."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.ipc.status import Alarm, Status
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from sm_dns.web.registry import PAGES
from tests.support.dashboard import ADDRESS, Dashboard, status_of

_OTHER = re.compile(r'<(?!a\b)[a-z]+[^>]* lang="en"')

FINDINGS = (
    Message(
        "calendar {name} {year} has no accepted file: its holidays count as ordinary days; "
        "run `sm-dns calendar propose {year} --calendar {name}`",
        name="putrajaya",
        year=2027,
    ),
    Message(
        "{part} is left out since {since}: {reason}", part="tls", since="2026-08-10T03:59:59Z", reason="-"
    ),
    Message(
        "monitoring: {reason}",
        reason=Message("leases: {reason}", reason=PermissionError(13, "Permission denied", "/x")),
    ),
    Message(
        "report {name!r} was not made: {reason}",
        name="monthly",
        reason=Message(
            "the store cannot be read: {reason}", reason=BadInput("is not a regular file", file="/x")
        ),
    ),
)


@pytest.fixture
def troubled(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> Dashboard:
    """A dashboard whose service has much to say."""

    def told(directory: Path, config: str) -> Status:
        return replace(
            status_of(directory, config),
            findings=tuple(Finding("warning", text) for text in FINDINGS),
            alarms=(
                Alarm(
                    "2026-08-10T04:00:00Z", Message("the clock jumped: step of {seconds} s", seconds="+3.0")
                ),
            ),
            last_error=BadInput(
                Message("{key}: {reason}", key="listen", reason=Message("must be a list")),
                file="/etc/sm-dns/sm-dns.yaml",
                line=3,
            ).message,
        )

    monkeypatch.setattr("tests.support.dashboard.status_of", told)
    return dashboard


def test_what_the_service_says_is_malay_on_a_malay_page(troubled: Dashboard) -> None:
    admin = troubled.login("officer1")
    text = admin.get("/?lang=ms")
    assert "kalendar putrajaya 2027 belum disahkan" in text
    assert "10 Ogos 2026, 11:59:59" in text, "instants are local"
    assert "jam sistem berubah secara mendadak: langkah sebanyak +3.0 s" in text
    assert "/etc/sm-dns/sm-dns.yaml:3: listen: mestilah senarai" in text
    for page in PAGES:
        assert not _OTHER.search(admin.get(page.path)), page.path


@pytest.mark.parametrize(
    "path",
    [
        "/usage?first=x",
        "/usage?first=2026-08-10&last=2026-08-01",
        "/usage?start_hour=9&end_hour=9",
        "/usage?days=never",
        "/policy?name=..&client=x",
        "/policy?name=a.b&client=x",
        "/policy?name=a.b&at=x",
        "/policy?name=a.b&type=%21",
        "/policy?name=www.facebook.com&client=127.0.0.1",
        "/policy?year=1",
        "/policy?calendar=x",
        "/lists?name=..",
        "/audit?last=x",
        "/log?outcome=x",
    ],
)
def test_what_was_asked_wrongly_is_said_in_malay(dashboard: Dashboard, path: str) -> None:
    found = dashboard.login("officer1").browser.get(path)
    assert found.status_code == 200
    assert not _OTHER.search(found.text), _OTHER.search(found.text)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("domains-add", {"names": "com", "category": "social", "why": "x"}),
        ("domains-add", {"names": "a b", "category": "x", "why": "x"}),
        ("domains-add", {"names": "a.example"}),
        ("domains-remove", {"names": "a.example", "category": "social", "why": "x"}),
        (
            "exemption-grant",
            {"approver": "x", "why": "x", "length": "x", "group": "office", "service": "netflix"},
        ),
        ("exemption-grant", {"approver": "x", "why": "x", "length": "1h"}),
        (
            "exemption-grant",
            {"approver": "x", "why": "x", "length": "1h", "group": "x", "service": "netflix"},
        ),
        (
            "exemption-grant",
            {"approver": "x", "why": "x", "length": "1h", "network": "x", "service": "netflix"},
        ),
        *(
            (
                "exemption-grant",
                {"approver": "x", "why": "x", "group": "office", "service": "netflix", **hours},
            )
            for hours in (
                {"length": "1h", "days": "x"},
                {"length": "1h", "between": "x"},
                {"length": "1h", "between": "09:00-09:00"},
                {"length": "1h", "until": "2126-01-01"},
            )
        ),
        ("service-set", {"service": "whatsap", "action": "deny", "why": "x"}),
        ("service-set", {"service": "whatsapp", "action": "deny", "who": "offise", "why": "x"}),
        ("service-set", {"service": "whatsapp", "action": "allow", "why": "x"}),
        ("service-unset", {"service": "whatsapp", "why": "x"}),
        ("exemption-revoke", {"id": "x", "why": "x"}),
        ("calendar-add", {"date": "x", "kind": "extra", "text": "x", "why": "x", "calendar": "putrajaya"}),
        ("calendar-add", {"date": "2026-02-02", "kind": "half-day", "text": "x", "why": "x"}),
        ("calendar-remove", {"date": "2026-02-02", "why": "x", "calendar": "putrajaya"}),
        ("calendar-import", {"table": "x", "why": "x"}),
        ("calendar-settle", {"date": "2026-02-02", "why": "x", "calendar": "putrajaya"}),
        ("calendar-keep", {"date": "2026-02-02", "why": "x", "calendar": "putrajaya"}),
        ("calendar-period-add", {"first": "2026-02-02", "last": "x", "text": "x", "hours": "x", "why": "x"}),
        ("calendar-period-remove", {"date": "2026-02-02", "why": "x"}),
        ("calendar-accept", {"year": "2030", "why": "x", "calendar": "putrajaya"}),
        ("user-add", {"name": "A", "role": "admin", "password": "short", "why": "x"}),
        ("user-add", {"name": "officer2", "role": "head", "password": "cukup-panjang-ini", "why": "x"}),
        ("user-change", {"name": "nobody", "role": "admin", "why": "x"}),
        ("user-change", {"name": "officer1", "role": "auditor", "why": "x"}),
        ("user-remove", {"name": "nobody", "why": "x"}),
        ("token-add", {"label": "", "role": "admin", "why": "x"}),
        ("token-revoke", {"id": "x", "why": "x"}),
        ("password-change", {"old": "wrong", "password": "wrong"}),
        ("totp-on", {"secret": "x", "code": "x", "old": "x"}),
        ("list-refresh", {"name": "x", "why": "x"}),
    ],
)
def test_what_was_filled_in_wrongly_is_said_in_malay(
    dashboard: Dashboard, action: str, fields: dict[str, str]
) -> None:
    admin = dashboard.login("officer1")
    done = admin.do(action, **fields)
    text = admin.get("/account?lang=ms") if done.status_code == 303 else done.text
    assert 'class="note bad"' in text or done.status_code >= 400
    assert not _OTHER.search(text), text[text.index("<main") :][:600]


def test_refusals_are_malay_too(dashboard: Dashboard) -> None:
    head = dashboard.login("officer3")
    for path in ("/policy", "/nowhere"):
        text = head.browser.get(f"{path}?lang=ms").text
        assert not _OTHER.search(text), text
    wrong = dashboard.visitor().post("/login", data={"name": "x"}, headers={"Origin": "http://evil.example"})
    assert not _OTHER.search(wrong.text), wrong.text
    assert dashboard.visitor().get("/login", headers={"Origin": ADDRESS}).status_code == 200


def test_a_field_of_a_form_has_a_name_in_each_language(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    for action, language, said in (
        ("domains-add", "ms", "sebab: tidak diisi"),
        ("domains-add", "en", "reason: is missing"),
    ):
        admin.do(action, names="a.example", category="social")
        assert said in admin.get(f"/account?lang={language}")


def test_hours_of_schedules_are_written_as_each_language_writes_them(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    assert "1.00 tengah hari–2.00 petang" in admin.get("/policy?lang=ms")
    assert "13:00–14:00" in admin.get("/policy?lang=en")


def test_who_gave_no_name_is_told_in_each_language(dashboard: Dashboard) -> None:
    dashboard.visitor().post("/login", data={"name": "x", "password": "y"}, headers={"Origin": ADDRESS})
    admin = dashboard.login("officer1")
    assert "seseorang di 192.0.2.77" in admin.get("/audit?lang=ms")
    assert "somebody at 192.0.2.77" in admin.get("/audit?lang=en")
    assert "Pelayan DNS awam yang disulitkan" in admin.get("/lists?lang=ms")
