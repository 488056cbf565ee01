from __future__ import annotations

import pytest

from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard


def test_policy_tells_the_rules_in_force(dashboard: Dashboard) -> None:
    found = dashboard.login("officer2").browser.get(f"{PREFIX}/policy").json()
    (schedule,) = found["schedules"]
    assert [schedule["days"][day]["rest"] for day in (0, 4)] == [["13:00", "14:00"], ["12:15", "14:45"]]
    assert (schedule["work_start"], schedule["days"][0]["after_start"]) == ("07:30", "17:30")
    assert [day["weekend"] for day in schedule["days"]] == [False] * 5 + [True] * 2
    assert {group["name"]: group["mode"] for group in found["groups"]} == {
        "office": "enforce",
        "default": "enforce",
    }
    assert {each["name"]: each["action"] for each in found["categories"]}["social"] == "schedule"


def test_explain_tells_what_the_command_tells(dashboard: Dashboard) -> None:
    browser = dashboard.login("officer2").browser
    at = "&at=2026-08-10T13:59:59"
    found = browser.get(f"{PREFIX}/explain?name=WWW.Facebook.com&client=10.0.0.9&type=aaaa{at}").json()
    assert (found["name"], found["type"], found["decision"]) == ("www.facebook.com", "AAAA", "permit")
    assert (found["reason_code"], found["seconds_to_transition"]) == ("REST", 1)
    found = browser.get(f"{PREFIX}/explain?name=www.facebook.com").json()
    assert (found["client"], found["decision"], found["reason_code"]) == (
        "127.0.0.1",
        "deny",
        "WORKING_HOURS",
    )
    assert (
        browser.get(f"{PREFIX}/explain?name=x.example&client=8.8.8.8").json()["reason_code"] == "NOT_SERVED"
    )


@pytest.mark.parametrize(
    "query", ["name=", "name=a..b", "name=x&client=y", "name=x&at=noon", "name=x&type=%22", "name=x&extra=1"]
)
def test_what_cannot_be_explained_is_said(dashboard: Dashboard, query: str) -> None:
    assert dashboard.login("officer2").browser.get(f"{PREFIX}/explain?{query}").status_code == 400


def test_a_year_without_a_calendar_and_one_that_cannot_be(dashboard: Dashboard) -> None:
    browser = dashboard.login("officer2").browser
    assert browser.get(f"{PREFIX}/calendar").json()["state"] == "none"
    assert browser.get(f"{PREFIX}/calendar?year=1").status_code == 400
    assert browser.get(f"{PREFIX}/calendar?calendar=../x").status_code == 400
