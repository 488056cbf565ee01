from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest

from sm_dns.cli.texts.exemption_text import standing_text
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.recurring_hours import RecurringHours
from sm_dns.settings.load import load_settings
from sm_dns.util import walltime
from tests.cli.conftest import Office

APPROVED = ("--approver", "Puan Faridah", "--reason", "official page")


def test_an_exemption_opens_until_it_is_revoked(office: Office) -> None:
    [granted] = office.json(
        "exempt", "add", "--group", "hq", "--service", "youtube", "--for", "30m", *APPROVED
    )
    assert granted["seconds_left"] == pytest.approx(1800, abs=5)
    ask = ("explain", "youtube.com", "--client", "10.0.0.1")
    [open_now] = office.json(*ask)
    assert (open_now["decision"], open_now["reason_code"]) == ("permit", "EXEMPTION")
    assert office.json(*ask[:-1], "192.168.0.1")[0]["decision"] == "deny"
    [listed] = office.json("exempt", "list")
    assert listed["id"] == granted["id"]
    text = office.run("exempt", "list").stdout
    assert f"{granted['id']}: group hq may reach youtube until " in text
    office.run("exempt", "revoke", granted["id"], "--reason", "done")
    assert office.json(*ask)[0]["decision"] == "deny"
    assert [(record.action, record.target) for record in office.audited()] == [
        ("exempt add", granted["id"]),
        ("exempt revoke", granted["id"]),
    ]


def test_until_is_local_time(office: Office) -> None:
    [granted] = office.json(
        *("exempt", "add", "--network", "10.1.0.0/16", "--category", "social"),
        *("--until", "2126-08-10T12:00", *APPROVED),
    )
    assert granted["expires"] == "2126-08-10T12:00:00"


def test_until_is_a_time_or_a_last_day(office: Office) -> None:
    what = ("exempt", "add", "--group", "hq", "--category", "social")
    [day] = office.json(*what, "--until", "2126-08-10", *APPROVED)
    assert day["expires"] == "2126-08-11T00:00:00"
    # Hours ahead: at the very second of the time that is typed, nothing is left of the exemption when it is told.
    ahead = walltime.to_local(time.time() + 7_200, ZoneInfo("Asia/Kuala_Lumpur"))
    [clock] = office.json(*what, "--until", f"{ahead.hour}:00", *APPROVED)
    assert clock["expires"].endswith(f"T{ahead.hour:02}:00:00")
    assert 0 < clock["seconds_left"] <= 86_400


def test_hours_that_come_back_are_said_in_words(office: Office) -> None:
    what = ("exempt", "add", "--group", "hq", "--category", "social", "--until", "2126-08-10", *APPROVED)
    [granted] = office.json(*what, "--days", "MON-FRI", "--between", "09:00-11:00")
    assert granted["hours"] == "MON-FRI 09:00-11:00"
    text = office.run("exempt", "list").stdout
    assert (
        "group hq may reach social Monday to Friday 09:00-11:00, until 2126-08-11T00:00:00; approved" in text
    )
    assert "  in force now, until " in text or "  not in force now, but from " in text
    assert "Monday to Friday 09:00-11:00, until" in office.run("groups", "show", "hq").stdout
    ask = ("explain", "facebook.com", "--client", "10.0.0.1", "--at")
    # 2126-08-07 is a Wednesday.
    [closed] = office.json(*ask, "2126-08-07T08:59:59")
    assert (closed["decision"], closed["next_transition"]) == ("deny", "2126-08-07T09:00:00")
    [open_then] = office.json(*ask, "2126-08-07T09:00")
    assert open_then["next_transition"] == "2126-08-07T11:00:00"
    assert open_then["exemption"]["hours"] == "MON-FRI 09:00-11:00"
    assert (
        f"  by exemption {granted['id']} MON-FRI 09:00-11:00 until"
        in office.run(*ask, "2126-08-07T09:00").stdout
    )


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-30T08:59:59", "  not in force now, but from 2026-11-30T09:00:00"),
        ("2026-11-30T09:00:00", "  in force now, until 2026-11-30T11:00:00"),
        ("2026-12-01T11:00:00", "  not in force again"),
    ],
)
def test_whether_it_is_in_force_is_said(office: Office, moment: str, said: str) -> None:
    hours = RecurringHours((0, 1), 540, 660, "Asia/Kuala_Lumpur")
    starts, expires, now = (
        walltime.parse(text, ZoneInfo(hours.zone))
        for text in ("2026-11-29T00:00", "2026-12-05T00:00", moment)
    )
    one = Exemption("e1", "hq", None, "social", None, "CTM", "desk", starts, expires, hours=hours)
    assert standing_text(load_settings(office.config), one, now) == said


def test_days_alone_and_times_alone(office: Office) -> None:
    what = ("exempt", "add", "--group", "hq", "--category", "social", "--for", "30d", *APPROVED)
    assert office.json(*what, "--days", "TUE")[0]["hours"] == "TUE 00:00-24:00"
    assert office.json(*what, "--between", "22:00-02:00")[0]["hours"] == "MON-SUN 22:00-02:00"
    assert office.json(*what, "--days", "MON,WED-THU")[0]["hours"] == "MON,WED-THU 00:00-24:00"


def test_hours_that_do_not_come_before_the_end_are_refused(office: Office) -> None:
    ahead = walltime.to_local(time.time() + 7_200, ZoneInfo("Asia/Kuala_Lumpur")).hour
    hours = ("--between", f"{ahead}:00-{ahead}:30", "--for", "1m")
    refused = office.run(
        "exempt", "add", "--group", "hq", "--category", "social", *hours, *APPROVED, exit_code=2
    )
    assert "the exemption ends before its hours first come" in refused.output


def test_where_none_is_granted_that_is_said(office: Office) -> None:
    assert office.run("exempt", "list").stdout == "No exemption is in force or to come.\n"
    assert office.json("exempt", "list") == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--category", "social", "--for", "30m"), "neither a group nor a network"),
        (("--group", "hq", "--for", "30m"), "neither a category nor a service"),
        (("--group", "hq", "--category", "social"), "has an end"),
        (
            ("--group", "hq", "--category", "social", "--for", "1h", "--until", "2126-01-01T00:00"),
            "--for and --until are two ends: give one of them",
        ),
        (("--group", "hq", "--category", "social", "--for", "soon"), "length of time"),
        (("--group", "hq", "--category", "social", "--until", "2020-01-01T00:00"), "has passed"),
        (
            ("--group", "hp", "--category", "social", "--for", "1h"),
            "no group 'hp'; there are: default, hq, lab",
        ),
        (("--group", "hq", "--category", "socal", "--for", "1h"), "no category 'socal'"),
        (("--group", "hq", "--service", "fax", "--for", "1h"), "no service 'fax'"),
        (("--group", "hq", "--category", "social", "--for", "7d", "--days", "FOO"), "names no days"),
        (("--group", "hq", "--category", "social", "--for", "7d", "--between", "9"), "no time from and to"),
        (("--network", "10.0.0.1/8", "--category", "social", "--for", "1h"), "10.0.0.0/8"),
        (
            ("--who", "hq", "--who", "staff:a", "--category", "social", "--for", "1h"),
            "--who is given 2 times",
        ),
        (("--group", "hq", "--service", "x", "--service", "facebook", "--for", "1h"), "--service is given 2"),
        (("--group", "hq", "--category", "social", "--for", "1h", "--reason", " "), "reason: expected text"),
        (("--group", "hq", "--category", "social", "--for", "1h", "--approver", " "), "approver: expected"),
    ],
)
def test_half_an_exemption_is_refused(office: Office, arguments: tuple[str, ...], reason: str) -> None:
    result = office.run("exempt", "add", *APPROVED, *arguments, exit_code=2)
    assert reason in result.stderr
    assert office.json("exempt", "list") == []
    assert office.audited() == []


def test_an_approver_and_a_reason_are_needed(office: Office) -> None:
    office.run("exempt", "add", "--group", "hq", "--category", "social", "--for", "1h", exit_code=2)


def test_what_is_not_there_cannot_be_revoked(office: Office) -> None:
    assert "no exemption 'x'" in office.run("exempt", "revoke", "x", exit_code=2).stderr
