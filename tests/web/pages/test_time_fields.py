"""Fields for a time: what a browser's picker sends, what commands take, and what is neither."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from sm_dns.state import exemptions_store
from tests.support.dashboard import Dashboard

GRANT = {"group": "office", "service": "netflix", "approver": "Officer Four", "why": "training"}
# Where each stands; the clock of the tests shows Monday, 10 August 2026, 12:00.
ASKED = [
    ("/policy?name=example.com&at=", "at"),
    ("/history?since=", "since"),
    ("/history?until=", "until"),
    ("/history?which=", "which"),
    ("/audit?since=", "since"),
    ("/audit?until=", "until"),
]


def field(page: str, name: str) -> str:
    """The label of a field, with all that stands in it."""
    found = [each for each in re.findall(r"<label>.*?</label>", page, re.DOTALL) if f'name="{name}"' in each]
    assert len(found) == 1, name
    return str(found[0])


@pytest.mark.parametrize(("path", "name"), ASKED)
def test_a_time_is_picked_in_the_zone_that_stands_beside_it(
    dashboard: Dashboard, path: str, name: str
) -> None:
    visitor = dashboard.login("officer1")
    empty = field(visitor.get(f"{path}&lang=en"), name)
    assert 'type="datetime-local"' in empty and "Time zone: Asia/Kuala_Lumpur" in empty
    picked = field(visitor.get(f"{path}2026-08-09T10:12"), name)
    assert 'type="datetime-local"' in picked and 'value="2026-08-09T10:12"' in picked
    typed = visitor.get(f"{path}{quote('yesterday 10:12')}")
    assert 'type="text"' in field(typed, name) and 'value="yesterday 10:12"' in field(typed, name)
    assert "aria-invalid" not in typed or name == "which"  # nothing was kept of that time


@pytest.mark.parametrize(("path", "name"), ASKED)
def test_what_is_no_time_is_said_at_its_field(dashboard: Dashboard, path: str, name: str) -> None:
    page = dashboard.login("officer1").get(f"{path}nonsense&lang=en")
    wrong = field(page, name)
    assert 'aria-invalid="true"' in wrong and 'value="nonsense"' in wrong
    assert re.search(r'class="problem">.*nonsense.*</small>', wrong), wrong
    assert page.count("aria-invalid") == 1


@pytest.mark.parametrize("until", ["2026-08-10T18:00", "2026-08-10T18:00:00", "18:00", "2026-08-10 18:00"])
def test_an_end_is_understood_as_picked_and_as_typed(dashboard: Dashboard, until: str) -> None:
    dashboard.login("officer1").do("exemption-grant", until=until, **GRANT)
    (granted,) = exemptions_store.load(dashboard.state)
    assert granted.expires == dashboard.clock + 6 * 3600


def test_an_end_that_has_passed_is_said_at_its_field(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    visitor.do("exemption-grant", back="/policy", until="2026-08-09T18:00", **GRANT)
    page = visitor.get("/policy?lang=en")
    wrong = field(page, "until")
    assert 'aria-invalid="true"' in wrong and "has passed" in wrong and 'value="2026-08-09T18:00"' in wrong
    visitor.do("switch-turn", back="/", turn="close", what="whatsapp", until="soon", why="w")
    assert "soon" in field(visitor.get("/?lang=en"), "until")
