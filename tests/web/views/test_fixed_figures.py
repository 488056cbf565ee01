"""What who is not the administrator may ask of figures, and how they are shown (PRIV-3)."""

from __future__ import annotations

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.web.auth.budget import SELECTIONS_A_DAY
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard
from tests.support.rows import KEY, row
from tests.web.conftest import AUDIT, FINANCE, HOUR, LIBRARY

WEEK = 7 * 86_400
ROLES = ("officer2", "officer3")  # auditor, head


@pytest.fixture
def later(used: Dashboard) -> Dashboard:
    """A week after the morning that was counted."""
    used.clock += WEEK
    return used


def beside(count: int) -> tuple[int, int]:
    return count - count % 5, count - count % 5 + 5


def test_an_auditor_sees_the_last_whole_week_rounded(later: Dashboard) -> None:
    found = later.login("officer2").browser.get(f"{PREFIX}/usage").json()
    assert (found["period"], found["rounded"]) == ("2026-W33", True)
    assert found["total"]["count"] in beside(FINANCE + AUDIT + LIBRARY)
    assert found["total"]["mark"] == "rounded"
    counts = {each["department"]: each["count"] for each in found["departments"]}
    assert counts["Finance"] in beside(FINANCE) and counts["Library"] in beside(LIBRARY)
    empty = [each for each in found["per_day"] if each["date"] != "2026-08-10"]
    assert {(each["count"], each["mark"]) for each in empty} == {(None, "unwatched")}
    page = later.login("officer2").get("/usage")
    assert "≤5" in page and "dibundarkan" in page and "Minggu 33" in page


def test_nobody_and_few_look_alike_whatever_is_asked(later: Dashboard) -> None:
    store = Store(later.state / "monitor" / "usage.db")
    store.add(
        [row(f"y{n}", hour=HOUR + 86_400, service="youtube", category="streaming") for n in range(4)], KEY
    )
    store.add([row(f"f{day}", hour=HOUR + day * 86_400) for day in (1, 2)], KEY)  # both days were watched
    store.close()
    auditor = later.login("officer2").browser
    four, none = (
        auditor.get(f"{PREFIX}/usage?service=youtube&period={day}").json()
        for day in ("2026-08-11", "2026-08-12")
    )
    for name in ("total", "queries", "unmapped", "per_hour", "departments", "beside"):
        assert four[name] == none[name], name
    assert {each["count"] for row in four["heat"] for each in row["hours"]} == {None}


def test_a_number_is_the_same_whenever_and_however_it_is_asked_for(later: Dashboard) -> None:
    auditor = later.login("officer2").browser
    asked = ("", "period=2026-W33", "period=2026-08-10", "hours=day", "days=working", "service=facebook")
    counts = {auditor.get(f"{PREFIX}/usage?{query}").json()["total"]["count"] for query in asked}
    assert len(counts) == 1


def test_a_head_sees_the_own_department_rounded(later: Dashboard) -> None:
    found = later.login("officer3").browser.get(f"{PREFIX}/usage").json()
    [own] = found["departments"]
    assert own["count"] in beside(FINANCE) and own["mark"] == "rounded"
    assert "total" not in found


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize(
    "query",
    ["first=2026-08-10", "last=2026-08-10", "start_hour=9", "end_hour=10", "first=2026-08-10&period=2026-08"],
)
def test_free_dates_and_hours_are_for_the_administrator(later: Dashboard, name: str, query: str) -> None:
    answer = later.login(name).browser.get(f"{PREFIX}/usage?{query}")
    assert answer.status_code == 400 and "chooses a period that is over" in answer.text


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("period", ["2026-08-17", "2026-W34", "2026-08", "2026-Q3", "2026", "2027-01"])
def test_a_period_that_goes_on_is_shown_to_nobody_else(later: Dashboard, name: str, period: str) -> None:
    answer = later.login(name).browser.get(f"{PREFIX}/usage?period={period}")
    assert answer.status_code == 400 and "is not over" in answer.text
    assert later.login("officer1").browser.get(f"{PREFIX}/usage?period={period}").status_code == 200


def test_more_figures_than_a_day_has_are_refused(later: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SELECTIONS_A_DAY, "head", 8)  # as 60 are
    head = later.login("officer3").browser
    codes = [
        head.get(f"{PREFIX}/usage?period={1900 + number}").status_code
        for number in range(SELECTIONS_A_DAY["head"] - 1)  # one more was the year before the first
    ]
    assert set(codes) <= {200, 400}
    assert head.get(f"{PREFIX}/usage?period=1850").status_code == 429


def test_each_figure_that_was_looked_at_is_in_the_audit(later: Dashboard) -> None:
    later.login("officer3").get("/usage?period=2026-08-10&hours=day")
    [look] = [each for each in later.desk.audited().records if each.action == "usage viewed"]
    assert (look.who, look.detail["period"], look.detail["hours"], look.detail["rounded"]) == (
        "officer3", "2026-08-10", "band", True
    )  # fmt: skip
