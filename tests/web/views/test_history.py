"""The page of what was in force, and the box that answers by it."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from sm_dns.builder.process import compile_generation
from sm_dns.generation.directory import open_generation
from sm_dns.history.keeper import Keeper
from sm_dns.history.shelf import Shelf
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.views import history
from tests.support.dashboard import Dashboard

NOON = 1_786_334_400.0  # 2026-08-10 in Kuala Lumpur
BOX = "name=film.example&client=10.0.0.9&at=2026-08-10T11:30"


def past(dashboard: Dashboard, *films: str) -> None:
    """Each film was listed as streaming for an hour, the last one is listed since noon."""
    zones = dashboard.config.parent / "zones"
    zones.mkdir(exist_ok=True)
    keeper = Keeper(dashboard.state)
    for number, film in enumerate(films, 1):
        (zones / "streaming.txt").write_text(f"{film}\n")
        since = NOON - 3600 * (len(films) - number)
        keeper.keep(open_generation(compile_generation(dashboard.config, since)), since, since)
    dashboard.desk.reload()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("By the policy of that time, version 1", "Today's policy would say:", "What changed")),
        ("ms", ("Mengikut dasar pada masa itu, versi 1", "Keputusan dasar hari ini:", "Perubahan")),
    ],
)
def test_the_box_answers_by_the_policy_of_that_time(
    dashboard: Dashboard, language: str, words: tuple[str, ...]
) -> None:
    past(dashboard, "film.example", "other.example")
    dashboard.clock = NOON + 60
    visitor = dashboard.login("officer2")
    found = visitor.browser.get(f"{PREFIX}/explain?{BOX}").json()
    assert (found["decision"], found["by"]["id"], found["today"]["decision"]) == ("deny", 1, "forward")
    page = unescape(visitor.get(f"/policy?{BOX}&lang={language}"))
    listed = unescape(visitor.get(f"/history?lang={language}"))
    assert words[0] in page and words[1] in page and words[2] in listed
    assert "+1 −1" in listed and "+other.example, −film.example" in listed


def test_where_it_is_not_kept_the_box_says_so_first(dashboard: Dashboard) -> None:
    dashboard.clock = NOON + 60
    visitor = dashboard.login("officer2")
    found = visitor.browser.get(f"{PREFIX}/explain?{BOX}").json()
    assert found["by"] is None and "no policy of the past is kept" in found["not_kept"]
    page = unescape(visitor.get(f"/policy?{BOX}&lang=en"))
    assert "NOT by the policy of that time; this is what today's policy says." in page


def test_what_is_to_come_goes_by_todays_policy(dashboard: Dashboard) -> None:
    past(dashboard, "film.example")
    browser = dashboard.login("officer2").browser
    found = browser.get(f"{PREFIX}/explain?name=film.example&client=10.0.0.9&at=2026-08-10T23:00").json()
    assert (found["decision"], found["by"], found["not_kept"]) == ("deny", None, None)


def test_versions_are_told_newest_first_in_pages(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_SHOWN", 2)
    past(dashboard, *(f"film{number}.example" for number in range(5)))
    visitor = dashboard.login("officer2")

    def ids(query: str) -> list[int]:
        return [each["id"] for each in visitor.browser.get(f"{PREFIX}/history{query}").json()["versions"]]

    assert [ids(""), ids("?page=1"), ids("?page=2"), ids("?page=9")] == [[5, 4], [3, 2], [1], [1]]
    assert ids("?until=2026-08-10T09:30") == [2, 1]
    assert ids("?since=2026-08-10T11:30") == [5, 4]
    assert 'href="?since=2026-08-10&page=1"' in unescape(visitor.get("/history?since=2026-08-10&lang=en"))
    (Shelf(dashboard.state).folder / "00000001.json").unlink()
    (Shelf(dashboard.state).folder / "00000003.json").write_text("{")
    page = unescape(visitor.get("/history?page=1&lang=en"))
    assert "Not kept any more: 1 earlier versions." in page and "00000003.json" in page


def test_one_version_is_shown_whole_by_number_or_time(dashboard: Dashboard) -> None:
    past(dashboard, "film.example", "other.example")
    dashboard.clock = NOON + 60
    visitor = dashboard.login("officer2")

    def asked(which: str) -> Any:
        return visitor.browser.get(f"{PREFIX}/history/version", params={"which": which})

    assert asked("1").json() == asked("11:30").json() == asked("2026-08-10T11:30").json()
    assert asked("1").json()["policy"]["default_schedule"] == "default"
    assert asked("2").json()["version"]["until"] is None
    for which in ("3", "10:59", "23:59", "soon", ""):
        assert asked(which).status_code == 400
    page = unescape(visitor.get("/history?which=1&lang=en"))
    assert "Version 1" in page and "groups: name office, clients 127.0.0.0/8, 10.0.0.0/8" in page
    assert 'href="?which=2#version"' in page
    assert "there is no version 7" in visitor.get("/history?which=7&lang=en")


def test_a_head_of_department_does_not_see_it(dashboard: Dashboard) -> None:
    browser = dashboard.login("officer3").browser
    assert browser.get(f"{PREFIX}/history").status_code == 403
    assert browser.get("/history").status_code == 403
