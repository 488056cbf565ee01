"""Changes of policy by a program, with what the audit keeps of them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sm_dns.state import audit
from sm_dns.state.chain import Record
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Browser, Dashboard


class Program:
    """An administrator's program."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._browser: Browser = dashboard.visitor()
        self._headers = dashboard.token("admin")

    def __call__(self, method: str, path: str, status: int = 200, **fields: object) -> Any:
        body = fields or None
        found = self._browser.request(method, f"{PREFIX}/{path}", json=body, headers=self._headers)
        assert found.status_code == status, found.text
        return found.json()


@pytest.fixture
def program(dashboard: Dashboard) -> Program:
    return Program(dashboard)


def last(dashboard: Dashboard) -> Record:
    return list(audit.read(dashboard.state / audit.FILE))[-1]


def test_names_are_added_found_and_removed(dashboard: Dashboard, program: Program) -> None:
    done = program(
        "POST", "domains", names=["kedai.example", "x.kedai.example"], category="social", why="w 1"
    )
    assert done["names"] == [
        {"name": "kedai.example", "added": True},
        {"name": "x.kedai.example", "added": False},
    ]
    kept = last(dashboard)
    assert (kept.who, kept.action, kept.why) == ("token of a admin", "domains add", "w 1")
    assert kept.detail["through"] == "token"
    assert program("GET", "domains/find?name=a.kedai.example")["found"][0]["list"] == "site:social.txt"
    assert program("GET", "domains")["domains"] == [
        {"name": "kedai.example", "category": "social", "exact": False}
    ]
    assert (
        program("GET", "explain?name=www.kedai.example&client=10.0.0.9&at=2026-08-10T10:00")["decision"]
        == "deny"
    )
    assert program("DELETE", "domains", names=["kedai.example"], category="social", why="w 2")["removed"]
    assert program("GET", "domains")["total"] == 0
    assert last(dashboard).why == "w 2"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"names": ["x.example"], "category": "none", "why": "w"}, "no category"),
        ({"names": ["com"], "category": "social", "why": "w"}, "com"),
        ({"names": ["x.example"], "category": "social"}, "why: is missing"),
        ({"names": [], "category": "social", "why": "w"}, "names"),
        ({"names": "<b>", "category": "social", "why": "w"}, "<b>"),
        ({"names": ["x.example"], "category": "../../etc/x", "why": "w"}, "no category"),
        ({"names": ["x.example"], "category": "social", "why": "w", "by": "me"}, "no field 'by'"),
    ],
)
def test_what_cannot_be_added_changes_nothing(
    program: Program, fields: dict[str, object], reason: str
) -> None:
    assert reason in program("POST", "domains", 400, **fields)["error"]
    assert program("GET", "domains")["total"] == 0


def test_an_exemption_is_granted_and_revoked(dashboard: Dashboard, program: Program) -> None:
    fields: dict[str, Any] = {
        "group": "office",
        "category": "social",
        "length": "8h",
        "approver": "Officer4",
        "why": "page editors",
    }
    granted = program("POST", "exemptions", **fields)
    assert granted["seconds_left"] == 8 * 3600
    (shown,) = program("GET", "policy")["exemptions"]
    assert (shown["id"], shown["approver"], shown["reason"]) == (granted["id"], "Officer4", "page editors")
    told = program("GET", "explain?name=www.facebook.com&client=10.0.0.9")
    assert (told["decision"], told["reason_code"]) == ("permit", "EXEMPTION")
    program("DELETE", f"exemptions/{granted['id']}", why="over")
    assert program("GET", "policy")["exemptions"] == []
    assert program("DELETE", f"exemptions/{granted['id']}", 400, why="over")["error"].startswith(
        "there is no"
    )
    assert last(dashboard).action == "exempt revoke"
    assert "end" in program("POST", "exemptions", 400, **(fields | {"length": ""}))["error"]


def test_an_exemption_may_have_hours(dashboard: Dashboard, program: Program) -> None:
    fields: dict[str, Any] = {
        "group": "office",
        "category": "social",
        "length": "30d",
        "days": "MON-FRI",
        "between": "09:00-11:00",
        "approver": "Officer4",
        "why": "page editors",
    }
    granted = program("POST", "exemptions", **fields)
    assert (granted["hours"], granted["in_force"]) == ("MON-FRI 09:00-11:00", True) or granted["changes"]
    (shown,) = program("GET", "policy")["exemptions"]
    assert (shown["hours"], shown["changes"]) == ("MON-FRI 09:00-11:00", granted["changes"])
    visitor = dashboard.login("officer1")
    english, malay = visitor.get("/policy?lang=en"), visitor.get("/policy?lang=ms")
    assert "Monday to Friday 09:00-11:00; " in english and re.search("now, (until|permitted from)", english)
    assert "Isnin hingga Jumaat, 9.00 pagi hingga 11.00 pagi; " in malay
    assert re.search("dibenarkan (sekarang, sehingga|mulai)", malay)
    both = program("POST", "exemptions", 400, **(fields | {"until": "2126-01-01"}))["error"]
    assert both == "--for and --until are two ends: give one of them"
    assert "names no days" in program("POST", "exemptions", 400, **(fields | {"days": "x"}))["error"]


def test_a_service_is_given_a_rule_and_it_is_taken_away(dashboard: Dashboard, program: Program) -> None:
    asked = "explain?name=web.whatsapp.com&client=10.0.0.9"
    assert program("GET", asked)["decision"] == "permit"
    told = program("POST", "services", service="WhatsApp", action="deny", why="circular 3")
    assert (told["service"], told["source"], told["reason"]) == ("whatsapp", "command", "circular 3")
    found = program("GET", asked)
    assert (found["decision"], found["reason_code"]) == ("deny", "SERVICE_DENIED")
    (shown,) = program("GET", "policy")["services"]
    assert (shown["by"], list(shown["who"]), shown["action"]) == ("token of a admin", [], "deny")
    assert last(dashboard).action == "services set"
    assert "<td>whatsapp</td>" in dashboard.login("officer1").get("/policy")
    refused = program("POST", "services", 400, service="whatsap", action="deny", why="w")["error"]
    assert "did you mean 'whatsapp'" in refused
    refused = program("POST", "services", 400, service="whatsapp", action="deny", who="ofice", why="w")[
        "error"
    ]
    assert refused.endswith("did you mean 'office'?")
    assert program("DELETE", "services/whatsapp", why="over")["rules"] == [told]
    assert program("GET", asked)["decision"] == "permit"
    assert "no rule for" in program("DELETE", "services/whatsapp", 400, why="over")["error"]
    assert last(dashboard).action == "services unset"


def test_a_calendar_is_proposed_accepted_and_corrected(dashboard: Dashboard, program: Program) -> None:
    assert program("GET", "calendar?year=2027")["state"] == "none"
    program("POST", "calendar/propose", year=2027, why="yearly")
    assert program("GET", "calendar?year=2027")["state"] == "proposed"
    refused = program("POST", "calendar/accept", 400, year=2027, estimates=True, why="compared")["error"]
    assert "States declare holidays of their own" in refused
    assert program("GET", "calendar?year=2027")["state"] == "proposed"
    program("POST", "calendar/accept", year=2027, estimates=True, declared=True, why="compared")
    shown = program("GET", "calendar?year=2027")
    assert (shown["state"], shown["accepted_by"]) == ("accepted", "token of a admin")
    program("POST", "calendar/days", date="2027-07-05", text="Declared", why="tv")
    program("DELETE", "calendar/days/2027-08-31", why="moved")
    lines = program("GET", "calendar?year=2027")["lines"]
    assert [line["date"] for line in lines if line["kind"] == "extra"] == ["2027-07-05"]
    assert [line["date"] for line in lines if line["removed"]] == ["2027-08-31"]
    assert "estimated" in program_estimates(program)
    for path, fields in (
        ("calendar/propose", {"year": 1, "why": "w"}),
        ("calendar/accept", {"year": 2026, "why": "w"}),
        ("calendar/days", {"date": "2027-07-05", "text": "x", "kind": "half-day", "why": "w"}),
        ("calendar/days", {"date": "2027-07-06", "text": "x", "calendar": "../x", "why": "w"}),
    ):
        assert program("POST", path, 400, **fields)["error"]


def test_a_conditional_holiday_is_settled_on_one_of_its_days(dashboard: Dashboard, program: Program) -> None:
    accepted(program, 2027)
    days: dict[str, Any] = {"date": "2027-03-15", "others": ["2027-03-12"], "text": "Tambahan / Additional"}
    program("POST", "calendar/days", why="tv", **days)
    shown = program("GET", "calendar?year=2027")
    assert shown["has_states"]
    (line,) = [each for each in shown["lines"] if each["others"]]
    assert (line["kind"], line["date"], line["others"]) == ("conditional", "2027-03-12", ["2027-03-15"])
    page = dashboard.login("officer1").get("/policy?year=2027&lang=en")
    assert "It is on 12 March 2027" in page and "It is on 15 March 2027" in page
    assert "2027-03-13" in program("POST", "calendar/settle", 400, date="2027-03-13", why="w")["error"]
    visitor = dashboard.login("officer1")
    visitor.do("calendar-settle", calendar="putrajaya", date="2027-03-15", why="announced")
    lines = program("GET", "calendar?year=2027")["lines"]
    assert [each["date"] for each in lines if each["kind"] == "extra"] == ["2027-03-15"]
    assert not [each for each in lines if each["kind"] == "conditional"]
    assert (last(dashboard).action, last(dashboard).who) == ("calendar settle", "officer1")


def test_periods_are_added_and_taken_away(dashboard: Dashboard, program: Program) -> None:
    accepted(program, 2027)
    hours = ["after_start=17:00"]
    ramadan: dict[str, Any] = {"first": "2027-02-08", "last": "2027-03-09", "text": "Ramadan", "hours": hours}
    program("POST", "calendar/periods", why="circular", **ramadan)
    overlap = {**ramadan, "first": "2027-03-09", "last": "2027-03-10"}
    assert "overlap" in program("POST", "calendar/periods", 400, why="w", **overlap)["error"]
    assert program("GET", "calendar?year=2027")["periods"] == [
        {"first": "2027-02-08", "last": "2027-03-09", "name": "Ramadan", "hours": ["after_start=17:00"]}
    ]
    program("DELETE", "calendar/periods/2027-03-09", why="over")
    assert program("GET", "calendar?year=2027")["periods"] == []
    assert last(dashboard).action == "calendar period remove"


def test_an_official_table_is_proposed(dashboard: Dashboard, program: Program) -> None:
    table = "Hari Kelepasan Am\tTarikh\nHari Kebangsaan\t31 Ogos 2027\nHari Wesak\tesok\n"
    found = program("POST", "calendar/import", table=table, why="letter 4")
    assert (found["year"], found["holidays"]) == (2027, 1)
    assert found["not_understood"] == [{"line": 3, "reason": "has no date: Hari Wesak; esok"}]
    assert program("GET", "calendar?year=2027")["state"] == "proposed"
    assert last(dashboard).action == "calendar import"
    assert "gives no holiday" in program("POST", "calendar/import", 400, table="x", why="w")["error"]
    visitor = dashboard.login("officer1")
    visitor.do("calendar-import", table=table, year="2027", why="letter 4", back="/policy?year=2027#calendar")
    page = visitor.get("/policy?year=2027&lang=ms")
    assert "baris 3 tidak difahami: tiada tarikh: Hari Wesak; esok" in page


def test_what_a_new_proposal_changes_is_shown_before_it_is_accepted(
    dashboard: Dashboard, program: Program
) -> None:
    accepted(program, 2027)
    file = dashboard.config.parent / "calendar" / "putrajaya-2027.cal"
    file.write_text(file.read_text().replace("holiday 2027-05-20", "holiday 2027-05-21"))
    program("POST", "calendar/propose", year=2027, why="again")
    found = program("GET", "calendar?year=2027")
    assert [(each["what"], each["dates"], each["was_on"]) for each in found["differences"]] == [
        ("moved", ["2027-05-20"], "2027-05-21")
    ]
    page = dashboard.login("officer1").get("/policy?year=2027&lang=en")
    assert "moved to another day" in page and "21 May 2027" in page
    program("POST", "calendar/keep", date="2027-05-21", why="letter 4")
    assert last(dashboard).action == "calendar keep"


def accepted(program: Program, year: int) -> None:
    program("POST", "calendar/propose", year=year, why="yearly")
    program("POST", "calendar/accept", year=year, estimates=True, declared=True, why="compared")


def program_estimates(program: Program) -> str:
    program("POST", "calendar/propose", year=2030, why="w")
    error: str = program("POST", "calendar/accept", 400, year=2030, why="w")["error"]
    program("POST", "calendar/accept", year=2030, estimates=True, declared=True, why="w")
    return error


def test_the_service_is_told_and_what_it_refuses_is_said(dashboard: Dashboard, program: Program) -> None:
    assert program("POST", "reload", why="w")["version"]
    assert program("POST", "cache/flush", name="example.com", why="w") == {"answers": 3}
    assert "no list" in program("POST", "lists/none/refresh", 400, why="w")["error"]
    dashboard.desk.silent = True
    told = program("POST", "domains", 400, names=["x.example"], category="social", why="w")["error"]
    assert told == "written, but the service keeps its old policy: it does not answer"


def test_a_folder_that_may_not_be_written_is_named(
    dashboard: Dashboard, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/etc/sm-dns/zones")

    monkeypatch.setattr("sm_dns.state.intent.write_draft", refuse)
    told = program("POST", "domains", 503, names=["x.example"], category="social", why="w")["error"]
    assert told == "cannot be written: /etc/sm-dns/zones: Permission denied"
    assert "domains add" not in [each.action for each in dashboard.desk.audited().records]
