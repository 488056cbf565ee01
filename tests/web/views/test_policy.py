from __future__ import annotations

import json
from html import unescape

import pytest
from click.testing import CliRunner
from dns.message import make_query

from sm_dns.cli.main import cli
from sm_dns.dns.names import from_text
from sm_dns.ipc import client
from sm_dns.resolve.forwarding.upstream_answer import read_relay
from sm_dns.serve.look_ups import relayed
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard
from tests.support.messages import response


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


def test_page_interface_and_command_tell_the_same_of_what_a_name_points_to(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = response(
        make_query("share.example", "A").to_wire(),
        "share.example. 60 IN CNAME www.facebook.com.",
        "www.facebook.com. 60 IN A 157.240.13.35",
    )
    dashboard.desk.known = relayed(read_relay(said, from_text("share.example"), 1, False))
    monkeypatch.setattr(client, "ask", lambda _, request, timeout=1.0: dashboard.desk.ask(request, timeout))
    at = "2026-08-10T10:00:00"
    words = ("explain", "share.example", "--client", "10.0.0.9", "--at", at, "--resolve", "--json")
    done = CliRunner().invoke(cli, [*words, "--config", str(dashboard.config)])
    told = json.loads(done.stdout)
    assert (told["decision"], told["target"]) == ("deny", "www.facebook.com")
    visitor = dashboard.login("officer2")
    query = f"name=share.example&client=10.0.0.9&at={at}"
    assert visitor.browser.get(f"{PREFIX}/explain?{query}&resolve=true").json() == told
    page = unescape(visitor.get(f"/policy?{query}&resolve=on&lang=en"))
    for each in ("Because this name points to", told["target"], told["reason"], *told["answers"]):
        assert each in page
    unasked = visitor.browser.get(f"{PREFIX}/explain?{query}").json()
    assert (unasked["decision"], unasked["rcode"]) == ("forward", None)
    assert "Because this name points to" not in visitor.get(f"/policy?{query}&lang=en")


def test_what_cannot_be_looked_up_is_said(dashboard: Dashboard) -> None:
    browser = dashboard.login("officer2").browser
    query = "name=share.example&client=10.0.0.9&resolve=true"
    assert browser.get(f"{PREFIX}/explain?{query}").json()["rcode"] == "SERVFAIL"
    dashboard.desk.status.get()
    dashboard.desk.silent = True
    found = browser.get(f"{PREFIX}/explain?{query}")
    assert (found.status_code, found.json()["error"]) == (
        400,
        "no server is running that could look it up: ask without that, or start it",
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
