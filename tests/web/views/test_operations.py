"""How the service ran, as the page and the interface tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_dns.state.operations import HOUR, MINUTE, Ran, Watched
from sm_dns.web.interface.openapi import PREFIX
from tests.state.test_operations import ROW
from tests.support.dashboard import Dashboard

NOW = 1_786_334_400  # Monday 10 August 2026, 12:00


def ran(dashboard: Dashboard, *rows: Ran) -> None:
    for row in rows:
        dashboard.desk.operations.history.add(row)


def asked(dashboard: Dashboard, query: str = "") -> dict[str, Any]:
    answer = dashboard.login("officer2").browser.get(f"{PREFIX}/operations{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_last_day_is_told_in_ten_minutes_and_hours(dashboard: Dashboard) -> None:
    ran(dashboard, *(replace(ROW, at=NOW - HOUR + MINUTE * number) for number in range(60)))
    found = asked(dashboard)
    assert (len(found["points"]), len(found["rows"]), found["span"]) == (144, 24, "day")
    known = [each for each in found["points"] if each["queries"] is not None]
    assert [each["at"] for each in known] == [f"2026-08-10T11:{minute}0:00" for minute in range(6)]
    this, hour, before = found["rows"][:3]
    assert (this["at"], this["queries"]) == ("2026-08-10T12:00:00", None)
    assert hour == {
        "at": "2026-08-10T11:00:00",
        "seconds": 3600.0,
        "queries": 10.0,
        "denied": 6.0,
        "failed": 0.3,
        "wait": 100.0,
        "long_wait": 1000.0,
        "upstreams": [{"address": "192.0.2.1:53", "percent": 100.0}],
        "oldest_list": 2.0,
        "waiting": 4,
        "lost": 0,
        "free": 90.0,
    }
    assert (before["seconds"], before["free"], before["upstreams"]) == (0.0, None, [])
    assert [each["name"] for each in found["lists"]] == ["x"]


def test_the_last_month_is_told_in_local_days(dashboard: Dashboard) -> None:
    midnight = NOW - 12 * HOUR
    ran(
        dashboard,
        replace(ROW, at=midnight - HOUR),
        replace(ROW, at=midnight),
        replace(ROW, at=midnight + HOUR),
    )
    found = asked(dashboard, "?span=month")
    assert (len(found["points"]), len(found["rows"])) == (180, 30)
    today, yesterday = found["rows"][:2]
    assert (today["at"], today["seconds"]) == ("2026-08-10T00:00:00", 120.0)
    assert (yesterday["at"], yesterday["seconds"]) == ("2026-08-09T00:00:00", 60.0)


@pytest.mark.parametrize(
    ("waits", "half", "most"),
    [
        ((10, 0, 0), 50.0, 95.0),
        ((0, 10, 0), 550.0, 955.0),
        ((0, 0, 10), 1000.0, 1000.0),
        ((0, 0, 0), None, None),
    ],
)
def test_how_long_half_and_most_of_the_replies_waited(
    dashboard: Dashboard, waits: tuple[int, ...], half: float | None, most: float | None
) -> None:
    ran(dashboard, replace(ROW, at=NOW - HOUR, waits=waits))
    row = asked(dashboard)["rows"][1]
    assert (row["wait"], row["long_wait"]) == (half, most)


def test_a_page_shows_pictures_and_tables_of_it(dashboard: Dashboard) -> None:
    down = (Watched("192.0.2.1:53", 12, 12), Watched("192.0.2.2:53", 12, 6))
    ran(
        dashboard,
        *(replace(ROW, at=NOW - HOUR * back, upstreams=down, queries=600 * back) for back in (3, 1)),
    )
    visitor = dashboard.login("officer1")
    page = visitor.get("/operations?lang=en")
    assert page.count('<svg class="lines"') == 8
    assert "Queries a second: lowest 10.0, highest 30.0" in page
    assert page.count("M") >= 16  # what is not known between the two is a gap in each line
    assert "192.0.2.2:53" in page and "50.0%" in page
    assert "24 jam yang lepas" in visitor.get("/operations?lang=ms&span=day")
    assert "The last 30 days" in visitor.get("/operations?lang=en&span=month")


def test_a_history_that_the_disk_does_not_take_is_said(dashboard: Dashboard) -> None:
    (dashboard.state / "operations").write_text("no folder")
    ran(dashboard, replace(ROW, at=NOW - HOUR))
    assert asked(dashboard)["rows"][1]["seconds"] == 60.0
    assert "cannot be written to the disk" in dashboard.login("officer1").get("/operations?lang=en")


def test_the_dashboard_looks_as_time_goes_on_whether_the_service_answers_or_not(dashboard: Dashboard) -> None:
    for _ in range(30):
        dashboard.clock += 5
        dashboard.desk.look()
    assert [each.seconds for each in dashboard.desk.operations.history.minutes()] == [50.0, 60.0]
    dashboard.desk.silent = True
    dashboard.desk.look()


def test_of_a_clock_that_is_played_nothing_is_kept(dashboard: Dashboard) -> None:
    dashboard.desk._rehearsal = 60.0
    for _ in range(30):
        dashboard.clock += 5
        dashboard.desk.look()
    assert dashboard.desk.operations.history.minutes() == []
