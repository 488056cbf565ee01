"""Figures over a real store: what each role sees of them, by every way there is."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.registry import API_WAIT_SECONDS
from tests.support.dashboard import Dashboard
from tests.support.rows import KEY, row
from tests.web.conftest import AUDIT, FINANCE, HOUR, LIBRARY


def test_an_administrator_sees_all_of_it(used: Dashboard) -> None:
    found = used.login("officer1").browser.get(f"{PREFIX}/usage").json()
    whole = FINANCE + AUDIT + LIBRARY
    assert found["total"] == {
        "count": whole,
        "base": 1500,
        "percent": "44.73",
        "seen": whole,
        "percent_of_seen": "100.00",
        "mark": "",
        "seen_mark": "",
    }
    assert {each["department"]: each["count"] for each in found["departments"]} == {
        "Finance": FINANCE,
        "Audit": AUDIT,
        "Library": LIBRARY,
    }
    assert found["services"][0]["service"] == "facebook"
    page = used.login("officer1").get("/usage")
    assert "44.73%" in page and "Library" in page


def test_a_head_reaches_no_other_department_by_any_address(used: Dashboard) -> None:
    """RPT-2, T17: whatever is asked for, only one's own department is in the answer."""
    used.clock += 7 * 86_400
    own = {FINANCE - FINANCE % 5, FINANCE - FINANCE % 5 + 5}
    head = used.login("officer3").browser
    token = used.token("head", "Finance")
    queries = [
        "?" + "&".join(pair)
        for pair in itertools.product(
            ("service=facebook", "service=", "days=working"),
            ("department=Audit", "departments=Audit", "period=2026-08-10", "hours=day"),
        )
    ]
    paths = [view.path for view in used.site.api_views.values()]
    seen = 0
    for path in [*paths, *(f"usage{query}" for query in queries), "departments", "usage/Audit", "figures"]:
        for answer in (head.get(f"{PREFIX}/{path}"), used.visitor().get(f"{PREFIX}/{path}", headers=token)):
            for hidden in ("Audit", "Library", str(AUDIT), str(LIBRARY), str(FINANCE + AUDIT + LIBRARY)):
                assert hidden not in answer.text.replace("Auditor", ""), (path, hidden)
            seen += any(f'"count":{count},' in answer.text.replace(" ", "") for count in own)
    assert seen > 4
    for path in (
        "/",
        "/usage",
        "/usage?department=Audit",
        "/account",
        "/usage?service=facebook&days=working",
    ):
        page = head.get(path).text.replace("department=Audit", "")  # what was asked for
        assert "Audit" not in page.replace("Auditor", "") and "Library" not in page
        assert ">671<" not in page
    assert any(f">{count}<" in head.get("/usage").text for count in own)


def test_what_is_wrong_with_one_department_is_told_to_the_administrator_alone(used: Dashboard) -> None:
    text = used.config.read_text().replace("base: 440", "base: 3")
    used.config.write_text(text)
    officer = used.login("officer1")
    # The interface waits for the figures, a page does not.
    assert "Audit" in officer.browser.get(f"{PREFIX}/usage").text
    assert "Audit" in officer.get("/usage")
    used.clock += 7 * 86_400
    answer = used.login("officer3").browser.get(f"{PREFIX}/usage")
    assert answer.status_code == 200 and "Audit" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-08-10&last=2026-08-09",
        "first=2026-06-01&last=2026-08-09",
        "first=tomorrow",
        "start_hour=9&end_hour=9",
        "end_hour=25",
        "days=some",
        "service=facebok",
        "category=socal",
        "last=9999-12-31&first=9999-12-01",
    ],
)
def test_what_cannot_be_is_refused_and_computed_by_nobody(used: Dashboard, query: str) -> None:
    answer = used.login("officer1").browser.get(f"{PREFIX}/usage?{query}")
    assert answer.status_code == 400
    assert used.login("officer1").browser.get(f"/usage?{query}").status_code == 200


@pytest.mark.parametrize("path", ["usage", "log"])
def test_a_service_that_there_is_not_is_an_error_with_the_one_that_was_meant(
    used: Dashboard, path: str
) -> None:
    officer = used.login("officer1")
    answer = officer.browser.get(f"{PREFIX}/{path}?service=facebok")
    assert answer.status_code == 400 and "did you mean 'facebook'" in answer.text
    assert "facebook" in officer.get(f"/{path}?service=facebok")
    if path == "usage":
        answer = officer.browser.get(f"{PREFIX}/usage?category=socal")
        assert answer.status_code == 400 and "did you mean 'social'" in answer.text


def test_the_tile_answers_the_question_of_the_circular(used: Dashboard) -> None:
    """Social media and streaming in working hours; the rest of the day, messaging and bypass stand apart."""
    store = Store(used.state / "monitor" / "usage.db")
    noon, evening = HOUR + 4 * 3600, HOUR + 11 * 3600  # 13:00 and 20:00
    store.add([row(f"r{n}", hour=noon) for n in range(23)], KEY)
    store.add([row(f"a{n}", hour=evening) for n in range(29)], KEY)
    store.add([row(f"m{n}", hour=HOUR, service="whatsapp", category="messaging") for n in range(31)], KEY)
    store.close()
    officer = used.login("officer1")
    found = officer.browser.get(f"{PREFIX}/usage").json()
    assert (found["hours"], found["categories"]) == ("working", ["social", "streaming"])
    assert found["total"]["count"] == FINANCE + AUDIT + LIBRARY
    beside = {each["name"]: each["count"] for each in found["beside"]}
    assert (beside["rest"], beside["after"], beside["messaging"], beside["bypass"]) == (23, 29, 31, 0)
    page = officer.get("/usage")
    assert "media sosial dan penstriman · waktu bekerja" in page.lower()
    assert officer.browser.get(f"{PREFIX}/usage?service=whatsapp").json()["total"]["count"] == 31
    assert "tidak direkodkan (dibenarkan)" not in page


def test_where_nobody_watched_there_is_no_data(used: Dashboard) -> None:
    for name in ("officer1", "officer3"):
        person = used.login(name)
        query = "period=2026-01-01"
        found = person.browser.get(f"{PREFIX}/usage?{query}").json()
        assert found["coverage"]["data"] is False
        page = person.get(f"/usage?{query}")
        assert "tiada rekod bagi tempoh ini" in page and 'class="big">0<' not in page


def test_little_coverage_stands_at_the_figure(used: Dashboard) -> None:
    for name, days in (("officer1", 0), ("officer3", 7)):
        used.clock += days * 86_400
        person = used.login(name)
        assert person.browser.get(f"{PREFIX}/usage").json()["coverage"]["little_watched"] is True
        assert "daripada tempoh dipantau" in person.get("/usage")


def test_without_a_store_it_is_said(dashboard: Dashboard) -> None:
    assert "storan data tidak dapat dibaca" in dashboard.login("officer1").get("/usage")
    assert API_WAIT_SECONDS > 1


def test_the_largest_pages_are_small(used: Dashboard, tmp_path: Path) -> None:
    """At most 64 KiB, with a month of days and two hundred departments with long names."""
    store = Store(used.state / "monitor" / "usage.db")
    rows = [
        row(
            f"p{n}", hour=HOUR - 86_400 * day, department=f"{n:03} {'x' * 60}", service=f"service-{n % 50:02}"
        )
        for day in range(31)
        for n in range(200)
    ]
    store.add(rows, KEY)
    store.close()
    visitor = used.login("officer1")
    # The figures are computed behind the page: the interface waits for them.
    assert visitor.browser.get(f"{PREFIX}/usage?first=2026-07-11").status_code == 200
    page = visitor.get("/usage?first=2026-07-11")
    assert "service-49" in page
    assert len(page.encode()) <= 65_536


def test_a_band_over_midnight_is_of_the_evening_it_began(used: Dashboard) -> None:
    store = Store(used.state / "monitor" / "usage.db")
    monday_night = HOUR - 9 * 3600 + 22 * 3600  # HOUR is 09:00 of Monday
    store.add([row(f"n{n}", hour=monday_night, department="Finance") for n in range(21)], KEY)
    store.add([row(f"n{n}", hour=monday_night + 5 * 3600, department="Finance") for n in range(18, 29)], KEY)
    store.add([row(f"m{n}", hour=monday_night + 8 * 3600, department="Finance") for n in range(40)], KEY)
    store.close()
    visitor = used.login("officer1")
    query = "first=2026-08-10&last=2026-08-10&start_hour=22&end_hour=6"
    found = visitor.browser.get(f"{PREFIX}/usage?{query}").json()
    assert (found["total"]["count"], found["start_hour"], found["end_hour"]) == (29, 22, 6)
    assert [each["count"] for each in found["heat"][0]["hours"]][22:23] == [21]
    assert found["heat"][0]["hours"][3]["count"] == 11
    assert "melepasi tengah malam: waktu sebelum pukul 6.00 pagi" in visitor.get(f"/usage?{query}")
    assert "melepasi tengah malam" not in visitor.get("/usage")


def test_both_percentages_are_labelled_and_a_head_sees_those_of_the_own_department(used: Dashboard) -> None:
    text = used.config.read_text()
    assert "base: 1500" in text
    used.config.write_text(text.replace("base: 1500", "base: {MON: 1500, TUE-THU: 900}"))
    store = Store(used.state / "monitor" / "usage.db")
    rows = [row(f"seen {n}", hour=HOUR, department="Finance", visit=False) for n in range(63)]
    store.add(rows, KEY)
    store.close()
    visitor = used.login("officer1")
    found = visitor.browser.get(f"{PREFIX}/usage?first=2026-08-10&last=2026-08-10").json()
    assert (found["total"]["seen"], found["total"]["percent_of_seen"]) == (734, "91.42")
    day = {
        "date": "2026-08-10", "working": True, "count": 671, "mark": "", "base": 1500, "percent": "44.73",
        "seen": {"count": 734, "mark": ""}, "percent_of_seen": "91.42",
    }  # fmt: skip
    assert found["per_day"] == [day]
    page = visitor.get("/usage?first=2026-08-10&last=2026-08-10")
    for said in (
        "Daripada kesemua 1500 orang staf: 44.73%",
        "Daripada 734 orang staf yang dikesan di rangkaian: 91.42%",
        "Peratus daripada semua staf",
        "Peratus daripada staf yang dikesan",
    ):
        assert said in page
    used.clock += 7 * 86_400
    head = used.login("officer3")
    [own] = head.browser.get(f"{PREFIX}/usage").json()["departments"]
    assert own["seen"] == {"count": 200, "mark": "rounded"}
    percent = {135: "68", 140: "70"}[own["count"]]
    assert own["percent_of_seen"] == percent
    assert f"Daripada 200 orang staf yang dikesan di rangkaian: {percent}%" in head.get("/usage")
    assert "734" not in re.sub(r' [a-zA-Z]+="[\d.]+"', "", head.get("/usage"))  # but for places in pictures


def test_days_of_which_nothing_is_known_say_so_on_the_page(used: Dashboard) -> None:
    admin = used.login("officer1")
    days = "first=2026-08-09&last=2026-08-10"
    found = admin.browser.get(f"{PREFIX}/usage?{days}").json()["per_day"]
    assert [(each["count"], each["mark"]) for each in found] == [(None, "unwatched"), (671, "")]
    page = admin.get(f"/usage?{days}&lang=en")
    assert page.count('<td class="num">no data</td>') >= 2  # staff, and those seen
