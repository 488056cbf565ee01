from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html import unescape

import pytest

from sm_dns.ipc.requests import LogLine
from sm_dns.state import audit
from sm_dns.web.data import backend
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.views import records
from tests.support.dashboard import PASSWORD, Dashboard


def line(number: int, service: str, outcome: str) -> LogLine:
    return LogLine(
        number=number,
        at=1786334400,
        who="ab12cd",
        kind="person",
        service=service,
        category="social",
        outcome=outcome,
        visit=True,
        queries=2,
    )


def test_the_live_log_is_filtered_and_looking_is_noted(dashboard: Dashboard) -> None:
    """AUD-1."""
    dashboard.desk.lines = (
        line(1, "facebook", "denied"),
        line(2, "tiktok", "permitted"),
        line(3, "x", "denied"),
    )
    browser = dashboard.login("officer1").browser

    def numbers(query: str) -> list[int]:
        return [each["number"] for each in browser.get(f"{PREFIX}/log{query}").json()["lines"]]

    assert numbers("") == [1, 2, 3]
    assert numbers("?after=1") == [2, 3]
    assert numbers("?outcome=denied") == [1, 3]
    assert numbers("?service=tiktok&outcome=") == [2]
    assert "facebook" in dashboard.login("officer1").get("/log")
    token = dashboard.token("auditor")
    for _ in range(3):
        assert dashboard.visitor().get(f"{PREFIX}/log", headers=token).status_code == 200
    dashboard.clock += 3600
    assert dashboard.visitor().get(f"{PREFIX}/log", headers=token).status_code == 200
    looked = [
        (each.who, {key: value for key, value in each.detail.items() if key != "through"})
        for each in dashboard.desk.audited().records
        if each.action == "log viewed"
    ]
    assert looked == [
        ("officer1", {}),
        ("officer1", {"outcome": "denied"}),
        ("officer1", {"service": "tiktok"}),
        ("officer1", {}),  # in a session of its own
        ("token of a auditor", {}),
        ("token of a auditor", {}),
    ]


def logged(number: int, at: int, who: str, queries: int) -> LogLine:
    return replace(line(number, "facebook", "denied"), at=at, who=who, queries=queries)


def test_who_may_not_name_people_sees_services_and_no_label(dashboard: Dashboard) -> None:
    """PRIV-3: neither a label, nor how many there were, nor a small number, however the log is asked for."""
    lines = (logged(1, 60, "a1", 2), logged(2, 60, "b2", 3), logged(3, 65, "a1", 40), logged(4, 65, "c3", 3))
    dashboard.desk.lines = lines
    admin = dashboard.login("officer1").browser.get(f"{PREFIX}/log").json()["lines"]
    assert [(each["number"], each["who"], each["queries"]) for each in admin] == [
        (each.number, each.who, each.queries) for each in lines
    ]
    auditor = dashboard.login("officer2")
    few, many = auditor.browser.get(f"{PREFIX}/log").json()["lines"]
    assert (few["number"], few["at"], few["who"], few["queries"]) == (60, 60, "", None)
    assert (many["number"], many["who"]) == (65, "") and many["queries"] in (40, 45)
    for after in range(60):
        assert auditor.browser.get(f"{PREFIX}/log?after={after}").json()["lines"] == [few, many]
    page = auditor.get("/log")
    assert "≤5" in page and not any(
        f"<code>{label}<" in page for label in ("a1", "b2")
    )  # keys are drawn by chance


def test_the_live_log_is_paged(dashboard: Dashboard) -> None:
    dashboard.desk.lines = tuple(logged(number, number, "a1", 1) for number in range(1, 402))
    browser = dashboard.login("officer1").browser
    pages = [browser.get(f"{PREFIX}/log?page={page}").json() for page in range(4)]
    assert [(len(each["lines"]), each["lines"][-1]["number"], each["page"], each["pages"]) for each in pages] == [
        (150, 401, 0, 3), (150, 251, 1, 3), (101, 101, 2, 3), (101, 101, 2, 3)
    ]  # fmt: skip
    assert "page=1" in dashboard.login("officer1").get("/log")


def test_a_page_that_is_left_open_keeps_no_session_awake(dashboard: Dashboard) -> None:
    """T17."""
    browser = dashboard.login("officer2").browser
    for _ in range(4):
        dashboard.clock += dashboard.desk.plan.session_idle / 2
        found = browser.get(f"{PREFIX}/log?after=1")
    assert found.status_code == 401


def test_the_audit_is_shown_newest_first_and_verified(dashboard: Dashboard) -> None:
    path = dashboard.state / audit.FILE
    for number in range(60):
        audit.append(path, at=float(number), who="ali", action=f"kind{number % 2} x", target=str(number))
    browser = dashboard.login("officer2").browser
    found = browser.get(f"{PREFIX}/audit?action=kind").json()
    assert found["ok"] and found["records"] == 62 and len(found["shown"]) == 50
    assert [each["target"] for each in found["shown"][:3]] == ["59", "58", "57"]
    found = browser.get(f"{PREFIX}/audit?action=kind1&last=2").json()
    assert [each["target"] for each in found["shown"]] == ["59", "57"]
    text = path.read_text()
    path.write_text(text.replace('"target":"30"', '"target":"31"'))
    found = browser.get(f"{PREFIX}/audit").json()
    assert not found["ok"] and found["line"] == 31 and "was edited" in found["problem"]
    assert "terputus atau telah diubah" in dashboard.login("officer2").get("/audit")


def test_no_secret_is_in_what_the_system_tells(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    token = dashboard.token("auditor")["Authorization"].removeprefix("Bearer ")
    kept = [user.password for user in dashboard.desk.accounts.book().users]
    kept += [each.digest for each in dashboard.desk.accounts.book().tokens]
    for text in (admin.get("/system"), admin.browser.get(f"{PREFIX}/system").text):
        assert "officer2" in text and "of a auditor" in text
        for secret in (*kept, token, PASSWORD):
            assert secret not in text


def test_the_audit_is_searched_in_pages(dashboard: Dashboard) -> None:
    path = dashboard.state / audit.FILE
    for number in range(7):
        audit.append(
            path, at=dashboard.clock + number, who=f"ali{number % 2}", action="exempt add", target=str(number)
        )
    browser = dashboard.login("officer2").browser

    def found(query: str) -> list[str]:
        return [
            each["target"] for each in browser.get(f"{PREFIX}/audit?action=exempt&{query}").json()["shown"]
        ]

    assert found("last=3") == ["6", "5", "4"]
    assert found("last=3&page=1") == ["3", "2", "1"]
    assert found("last=3&page=2") == ["0"]
    assert found("last=3&page=9") == ["0"]
    assert found("who=ALI1&last=2&page=1") == ["1"]
    assert found("target=6") == ["6"]
    assert found("text=pengecualian&last=1") == ["6"]
    assert found("text=no+such+word") == []
    assert found("until=2026-08-09") == [] and len(found("since=2026-08-10")) == 7
    told = browser.get(f"{PREFIX}/audit?action=exempt&last=3").json()
    assert (told["count"], told["page"], told["pages"]) == (7, 0, 3)
    assert told["shown"][0]["sentence"] == "Exemption granted, by ali0: 6."
    assert browser.get(f"{PREFIX}/audit?since=soon").status_code == 400


def test_pages_beyond_what_is_at_hand_are_read_from_the_file(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dashboard.state / audit.FILE
    for number in range(40):
        audit.append(path, at=float(number), who="ali", action="exempt add", target=str(number))
    monkeypatch.setattr(backend, "MAX_RECORDS", 10)
    browser = dashboard.login("officer2").browser
    pages = [browser.get(f"{PREFIX}/audit?last=10&page={page}").json() for page in range(5)]
    told = [each["target"] for page in pages for each in page["shown"] if each["action"] == "exempt add"]
    assert told == sorted(told, key=int, reverse=True)
    assert set(told) == {str(number) for number in range(40)}


@pytest.mark.parametrize(("language", "did"), [("en", "Exemption granted"), ("ms", "Pengecualian")])
def test_the_page_says_sentences_and_gives_them_as_a_file(
    dashboard: Dashboard, language: str, did: str
) -> None:
    path = dashboard.state / audit.FILE
    audit.append(
        path, at=1.0, who="ali", action="exempt add", target="e1", why="=1+1", detail={"group": "hq"}
    )
    audit.append(path, at=1.0, who="siti", action="exempt add", target="e2")
    visitor = dashboard.login("officer2")
    page = unescape(visitor.get(f"/audit?who=ali&lang={language}"))
    assert did in page and "e1" in page and "e2" not in page
    assert 'href="/audit/export?who=ali&format=csv"' in page
    file = visitor.browser.get("/audit/export?who=ali&format=csv")
    assert file.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\N{BYTE ORDER MARK}"))))
    assert [row[4:6] for row in rows[1:]] == [["e1", "'=1+1"]]
    assert rows[1][7].startswith(did)
    lines = visitor.browser.get("/audit/export?who=siti&format=json").text.splitlines()
    assert [json.loads(line)["target"] for line in lines] == ["e2"]
    last = [each for each in audit.read(path) if each.action == "audit viewed"][-1]
    assert last.detail == {"who": "siti", "exported": True, "through": "dashboard"}


def test_a_file_is_for_those_who_see_the_page_and_says_where_it_is_too_long(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dashboard.login("officer3").browser.get("/audit/export?format=csv").status_code == 403
    assert dashboard.visitor().get("/audit/export?format=csv").headers["location"] == "/login"
    browser = dashboard.login("officer2").browser
    assert browser.get("/audit/export?format=pdf").status_code == 400
    assert browser.get("/audit/export").status_code == 400
    monkeypatch.setattr(records, "MAX_EXPORTED", 1)
    found = browser.get("/audit/export?format=csv&lang=en")
    assert found.status_code == 400 and "choose a shorter time" in found.text
