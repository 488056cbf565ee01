"""What changed since the period before: as a number and as a sentence, to each role no more than two looks tell."""

from __future__ import annotations

from typing import Any

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.web.data.figure_cache import Kept
from sm_dns.web.data.usage import Figures
from sm_dns.web.data.usage_figures import Wanted
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.registry import API_WAIT_SECONDS
from tests.support.dashboard import Dashboard
from tests.support.rows import KEY, row
from tests.web.conftest import HOUR

DAY = 86_400
MONDAY, TUESDAY = HOUR, HOUR + DAY  # 09:00 of 10 and 11 August 2026
ASKED = "period=2026-08-11&service=facebook"
LOOKS = 120  # seconds between two signs of a resolver that watches


@pytest.fixture
def watched(dashboard: Dashboard) -> Dashboard:
    """Two whole days: on Monday 53 staff came to Facebook, on Tuesday 41; some of them were denied."""
    place = dashboard.state / "monitor" / "usage.db"
    place.parent.mkdir(parents=True)
    store = Store(place)
    for at in range(MONDAY - 9 * 3600, TUESDAY + 15 * 3600, LOOKS):
        store.note_running(at)
    rows = []
    for hour, count in ((MONDAY, 53), (TUESDAY, 41)):
        for number in range(count):
            outcome = "denied" if number % 2 else "permitted"
            department = "Finance" if number < 33 else "Audit"
            rows.append(row(f"{number}", hour=hour, department=department, outcome=outcome))
    rows += [row(f"y{number}", hour=TUESDAY, service="youtube", category="streaming") for number in range(3)]
    store.add(rows, KEY)
    store.close()
    dashboard.clock = TUESDAY + 10 * DAY
    return dashboard


def asked(dashboard: Dashboard, name: str, query: str = ASKED) -> dict[str, Any]:
    answer = dashboard.login(name).browser.get(f"{PREFIX}/usage?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def said(dashboard: Dashboard, name: str, query: str, language: str = "en") -> str:
    return dashboard.login(name).get(f"/usage?{query}&lang={language}")


def test_the_administrator_is_told_how_many_more_or_fewer(watched: Dashboard) -> None:
    found = asked(watched, "officer1")
    assert (found["total"]["count"], found["before"]) == (41, "2026-08-10")
    assert found["change"] == {
        "before": "2026-08-10",
        "was": {"count": 53, "mark": ""},
        "difference": -12,
        "why_not": "",
    }
    assert "Facebook in working hours: 41 staff, 12 fewer than on 10 August 2026" in said(
        watched, "officer1", ASKED
    )
    malay = said(watched, "officer1", ASKED, "ms")
    assert "Facebook dalam waktu bekerja: 41 staf, kurang 12 daripada 10 Ogos 2026" in malay


@pytest.mark.parametrize(("name", "place"), [("officer2", "total"), ("officer3", "departments")])
def test_others_are_told_the_difference_of_the_numbers_that_each_day_shows(
    watched: Dashboard, name: str, place: str
) -> None:
    """PRIV-3: nothing in it that two looks at rounded numbers would not tell."""

    def count(day: str) -> int:
        found = asked(watched, name, f"period={day}&service=facebook")[place]
        number: int = (found[0] if place == "departments" else found)["count"]
        return number

    found = asked(watched, name)
    assert found["rounded"] and found["change"]["difference"] == count("2026-08-11") - count("2026-08-10")
    assert found["change"]["was"] == {"count": count("2026-08-10"), "mark": "rounded"}
    page = said(watched, name, ASKED)
    assert "Facebook in working hours: about " in page and "Both numbers are rounded" in page


@pytest.mark.parametrize("name", ["officer1", "officer2"])
def test_beside_a_number_that_is_kept_back_there_is_no_difference(watched: Dashboard, name: str) -> None:
    found = asked(watched, name, "period=2026-08-11&service=youtube")
    assert (found["total"]["count"], found["change"]["difference"]) == (None, None)
    assert found["change"]["why_not"] == "kept_back"
    assert "too small to be shown" in said(watched, name, "period=2026-08-11&service=youtube")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("first=2026-08-11&last=2026-08-21", "goes_on"),
        ("period=2026-08-10", "no_data"),
        ("period=2026-W33", "no_data"),
        ("period=2026-08-12", "no_data"),
    ],
)
def test_what_cannot_be_compared_is_not(watched: Dashboard, query: str, why: str) -> None:
    change = asked(watched, "officer1", query)["change"]
    assert (change["difference"], change["why_not"]) == (None, why)


def test_a_time_that_was_hardly_watched_is_no_change(watched: Dashboard) -> None:
    store = Store(watched.state / "monitor" / "usage.db")
    store.add([row(f"{n}", hour=TUESDAY + DAY) for n in range(9)], KEY)
    store.note_running(TUESDAY + DAY)
    store.close()
    change = asked(watched, "officer1", "period=2026-08-12")["change"]
    assert (change["difference"], change["why_not"]) == (None, "doubtful")


def test_free_days_are_compared_with_as_many_before(watched: Dashboard) -> None:
    found = asked(watched, "officer1", "first=2026-08-11&last=2026-08-11&service=facebook")
    assert (found["before"], found["change"]["difference"]) == ("2026-08-10/2026-08-10", -12)
    page = said(watched, "officer1", "first=2026-08-11&last=2026-08-11&service=facebook")
    assert "12 fewer than from 10 August 2026 to 10 August 2026" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("decision=denied", 20),
        ("decision=answered", 24),
        ("decision=would_deny", 0),
        ("decision=denied&category=streaming", 0),
        ("category=social", 41),
        ("category=streaming", None),
    ],
)
def test_the_administrator_filters_by_decision_and_category(
    watched: Dashboard, query: str, count: int | None
) -> None:
    assert asked(watched, "officer1", f"period=2026-08-11&{query}")["total"]["count"] == count


def test_a_reader_may_look_at_one_department_and_a_head_at_no_other(watched: Dashboard) -> None:
    query = f"{ASKED}&department=Audit"
    [own] = asked(watched, "officer1", query)["departments"]
    assert (own["department"], own["count"]) == ("Audit", 8)
    assert asked(watched, "officer1", query)["change"]["difference"] == -12
    [rounded] = asked(watched, "officer2", query)["departments"]
    assert rounded["count"] in (5, 10)
    refused = watched.login("officer3").browser.get(f"{PREFIX}/usage?{query}")
    assert refused.status_code == 403
    assert asked(watched, "officer3", f"{ASKED}&department=Finance") == asked(watched, "officer3")
    wrong = watched.login("officer2").browser.get(f"{PREFIX}/usage?{ASKED}&department=Finanse")
    assert wrong.status_code == 400 and "Finance" in wrong.text


def test_every_filter_is_in_the_audit(watched: Dashboard) -> None:
    query = f"{ASKED}&department=Audit&decision=denied&category=social"
    asked(watched, "officer2", query)
    [look] = [each for each in watched.desk.audited().records if each.action == "usage viewed"]
    told = {name: look.detail[name] for name in ("before", "department", "decision", "categories", "service")}
    assert told == {
        "before": "2026-08-10",
        "department": "Audit",
        "decision": "denied",
        "categories": ["social"],
        "service": "facebook",
    }


def test_a_number_of_queries_is_rounded_once_whatever_it_is_asked_with(watched: Dashboard) -> None:
    """PRIV-3: many questions about the same queries would else give numbers to average."""
    queries = [
        f"period={period}&service=facebook&hours={hours}&days={days}&category={category}"
        for period in ("2026-08-11", "2026-08-10")
        for hours in ("working", "day")
        for days in ("all", "working")
        for category in ("", "social")
    ]
    by_day: dict[str, set[object]] = {}
    for query in queries:
        found = asked(watched, "officer2", query)
        [line] = [each for each in found["services"] if each["service"] == "facebook"]
        shown = (found["queries"], line["permitted"], line["denied"])
        by_day.setdefault(found["period"], set()).add(shown)
    assert [len(shown) for shown in by_day.values()] == [1, 1]


def test_a_page_whose_period_before_is_still_computed_loads_itself_again(watched: Dashboard) -> None:
    asked(watched, "officer1")
    figures = watched.site.figures
    whole = figures.get

    def only_now(key: Wanted, wait: float) -> Kept[Figures] | None:
        return whole(key, API_WAIT_SECONDS) if key.period == "2026-08-11" else None

    figures.get = only_now  # type: ignore[method-assign]
    page = said(watched, "officer1", ASKED)
    assert "Facebook in working hours: 41 staff<" in page and "still being computed" in page
    assert '<meta http-equiv="refresh" content="2">' in page
