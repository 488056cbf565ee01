"""A report of a whole period stands beside the one before it, by that one's own report."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sm_dns.monitor.store.rows import Gap, Row
from sm_dns.monitor.store.store import Store
from sm_dns.report.formats import text_form
from sm_dns.report.request import Kind, Request
from sm_dns.reporting import make
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from tests.support.rows import KEY, row

SEPTEMBER, OCTOBER = (date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 31))
Filled = Callable[..., Settings]


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}:00+08:00").timestamp())


BEGIN, END = at("2026-09-01T00:00"), at("2026-11-01T00:00")


def month(of: str, finance: int, audit: int) -> Iterable[Row]:
    """So many staff of each on a Tuesday morning at work, and as many denials as there are in Finance."""
    for number in range(finance + audit):
        department = "Finance" if number < finance else "Audit"
        yield row(f"{department}{number}", hour=at(f"{of}T10:00"), department=department, outcome="denied")


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """A store that watched both months, with so many of each department in September and in October."""

    def fill(september: tuple[int, int], october: tuple[int, int], more: str = "") -> Settings:
        store = Store(tmp_path / "usage.db", source="hq")
        store.add([*month("2026-09-15", *september), *month("2026-10-13", *october)], KEY)
        store.note_running(BEGIN)
        store.close()
        with sqlite3.connect(tmp_path / "usage.db") as database:
            database.execute("UPDATE stretch SET since = ?, until = ?", (BEGIN, END))
            if more:
                database.execute(more)
        database.close()
        file = tmp_path / "sm-dns.yaml"
        file.write_text(
            "schedules: {default: {}}\nmonitoring: {store: usage.db, base: 500, departments: "
            "[{name: Finance, base: 90}, {name: Audit, base: 60}]}\n"
        )
        settings = load_settings(file)
        settings.state_dir.mkdir(exist_ok=True)
        return settings

    return fill


def made(settings: Settings, kind: Kind, period: tuple[date, date] = OCTOBER, **more: Any) -> make.Report:
    return make.report(settings, Request(kind, *period, **more), "en", END + 3600.0)


def told(report: make.Report) -> dict[str, Any]:
    """As a program reads it."""
    return dict(report.object)


def text(report: make.Report) -> str:
    return " ".join(text_form.render(report.document).split())


def test_visitors_are_told_beside_those_of_the_month_before(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    report = made(settings, "usage")
    assert "Compared with 1 to 30 September 2026 70; now 18 fewer" in text(report)
    before = {"from": "2026-09-01", "to": "2026-09-30", "data": True, "count": 70, "mark": ""}
    assert told(report)["before"] == before
    departments = made(settings, "department")
    assert told(departments)["before"] == before
    assert [each["before"]["count"] for each in told(departments)["departments"]] == [20, 50]


def test_a_sheet_is_compared_with_the_own_figure_alone(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    report = made(settings, "department", departments=("Audit",))
    assert "Compared with 1 to 30 September 2026 20; now 2 more" in text(report)
    assert "before" not in told(report)
    [sheet] = told(report)["departments"]
    assert sheet["before"]["count"] == 20


def test_compliance_says_how_the_rules_were_kept_and_whether_it_grows_better(filled: Filled) -> None:
    report = made(filled((50, 20), (30, 22)), "compliance")
    words = text(report)
    assert "The rules were enforced: whatever they close was denied (questions: 52)." in words
    assert "Compared with 1 to 30 September 2026 70; now 18 fewer" in words
    assert told(report)["before"]["denied"] == 70
    assert told(report)["whole"]["denied"] == 52


def test_what_was_only_watched_is_no_rule_that_was_kept(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    store = Store(str(settings.monitoring.store), source="hq")
    watched = [row(f"w{n}", hour=at("2026-10-14T10:00"), outcome="would_deny") for n in range(13)]
    store.add(watched, KEY)
    store.close()
    words = text(made(settings, "compliance"))
    assert "enforced on 80.00% of the questions that they close: 52 were denied, 13 only recorded" in words
    permitted_alone = text(made(settings, "compliance", decisions=("permitted",)))
    assert "The rules were" not in permitted_alone and "questions that they close" not in permitted_alone
    nothing = text(made(settings, "compliance", (date(2026, 10, 20), date(2026, 10, 20))))
    assert "Nothing was asked that the rules close." in nothing


def test_how_the_rules_were_kept_is_not_doubtful_where_devices_are_unknown(filled: Filled) -> None:
    """Questions are counted whoever asks them: the share of known devices is of numbers of staff."""
    settings = filled((50, 20), (30, 22))
    store = Store(str(settings.monitoring.store), source="hq")
    devices = (
        row(f"d{n}", kind="device", department="", hour=at(f"2026-{month}T10:00"), outcome="denied")
        for month in ("09-15", "10-13")
        for n in range(60)
    )
    store.add([*devices], KEY)
    store.close()
    words = text(made(settings, "compliance"))
    assert "whatever they close was denied (questions: 112). Denied 112" in words
    assert "Compared with 1 to 30 September 2026 130; now 18 fewer" in words
    assert "CAUTION" in text(made(settings, "usage"))
    assert "52 were" not in words


def test_the_sentence_of_a_part_says_of_which_part_it_is(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    hour = text(made(settings, "compliance", band=(10, 11), services=("facebook",)))
    assert "Facebook, 1 to 31 October 2026, 10:00 to 11:00. The rules were enforced: whatever" in hour
    messaging = text(made(settings, "compliance", categories=("messaging",)))
    assert "Messaging, 1 to 31 October 2026, the whole day. Nothing was asked" in messaging
    assert "the whole day (Working days only). The rules were" in text(
        made(settings, "compliance", days="working")
    )
    assert "Asia/Kuala_Lumpur The rules were" in text(made(settings, "compliance"))


def test_what_exemptions_let_through_is_not_passed_over(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    store = Store(str(settings.monitoring.store), source="hq")
    let = [
        row(f"e{n}", hour=at(f"2026-10-{day}T10:00"), outcome="exempt", exemption="e1")
        for day in (13, 14)
        for n in range(20)
    ]
    store.add(let, KEY)
    store.close()
    assert "(questions: 52). Exemptions let 40 through." in text(made(settings, "compliance"))
    day = (date(2026, 10, 14), date(2026, 10, 14))
    words = text(made(settings, "compliance", day))
    assert "close, but for what exemptions permit. Exemptions let 20 through." in words
    assert "Exemptions let" not in text(made(settings, "compliance", SEPTEMBER))


def test_almost_all_is_not_all(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    store = Store(str(settings.monitoring.store), source="hq")
    store.add([row("much", hour=at("2026-10-14T10:00"), outcome="denied", queries=99_999)], KEY)
    store.add([row("one", hour=at("2026-10-14T10:00"), outcome="would_deny")], KEY)
    store.close()
    assert "enforced on 99.99% of the questions" in text(made(settings, "compliance"))


def test_a_program_reads_no_zero_of_a_period_in_which_nobody_watched(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    dates = {"from": "2026-08-01", "to": "2026-08-31", "data": False}
    nobody = {**dates, "count": None, "mark": ""}
    assert told(made(settings, "usage", SEPTEMBER))["before"] == nobody
    departments = told(made(settings, "department", SEPTEMBER))
    assert [departments["before"], *(each["before"] for each in departments["departments"])] == [nobody] * 3
    nothing = dict.fromkeys(("permitted", "denied", "would_deny", "exempt"))
    assert told(made(settings, "compliance", SEPTEMBER))["before"] == {**dates, **nothing}


@pytest.mark.parametrize(
    ("september", "said"),
    [((30, 22), "52; now as many"), ((3, 0), "<5; not compared: one of the two numbers is not shown")],
)
def test_what_cannot_be_told_is_not_compared(filled: Filled, september: tuple[int, int], said: str) -> None:
    assert f"September 2026 {said}" in text(made(filled(september, (30, 22)), "usage"))


def test_rounded_numbers_are_compared_as_each_is_shown(filled: Filled) -> None:
    settings = filled((52, 21), (33, 22))
    this, before = (told(made(settings, "usage", period, rounded=True)) for period in (OCTOBER, SEPTEMBER))
    assert this["before"]["count"] == before["count"]
    difference = before["count"] - this["count"]
    assert difference % 5 == 0
    words = text(made(settings, "usage", rounded=True))
    assert f"September 2026 {before['count']}; now {difference} fewer" in words
    sheets = told(made(settings, "department", rounded=True))["departments"]
    own = told(made(settings, "department", SEPTEMBER, rounded=True))["departments"]
    assert [each["before"]["count"] for each in sheets] == [each["count"] for each in own]


def test_a_month_that_is_disposed_of_is_not_compared(filled: Filled) -> None:
    erased = f"INSERT INTO erased (since, until, what) VALUES ({BEGIN}, {BEGIN + 3600}, 'raw')"
    words = text(made(filled((50, 20), (30, 22), erased), "usage"))
    assert "September 2026 counts of it are disposed of; not compared" in words


def test_a_month_in_which_nobody_watched_is_no_zero(filled: Filled) -> None:
    august = text(made(filled((50, 20), (30, 22)), "usage", SEPTEMBER))
    assert "Compared with 1 to 31 August 2026 no data; not compared" in august


def test_a_month_that_was_hardly_watched_is_shown_and_not_compared(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    store = Store(str(settings.monitoring.store), source="hq")
    store.add_gap(Gap(at("2026-09-02T00:00"), at("2026-09-29T00:00"), "store failed", 0))
    store.close()
    assert "70; not compared: too little of the time was monitored" in text(made(settings, "usage"))


@pytest.mark.parametrize(
    "period", [(date(2026, 10, 1), date(2026, 10, 30)), (date(2026, 11, 1), date(2026, 11, 30))]
)
def test_what_is_no_whole_period_or_goes_on_stands_alone(filled: Filled, period: tuple[date, date]) -> None:
    report = made(filled((50, 20), (30, 22)), "usage", period)
    assert told(report)["before"] is None and "Compared with" not in text(report)


def test_days_weeks_and_quarters_have_one_before_them_too(filled: Filled) -> None:
    settings = filled((50, 20), (30, 22))
    day = text(made(settings, "usage", (date(2026, 10, 13), date(2026, 10, 13))))
    assert "Compared with 12 October 2026 0; now 52 more" in day
    week = text(made(settings, "usage", (date(2026, 10, 12), date(2026, 10, 18))))
    assert "Compared with 5 to 11 October 2026 0; now 52 more" in week
    quarter = text(made(settings, "usage", (date(2026, 7, 1), date(2026, 9, 30))))
    assert "Compared with 1 April to 30 June 2026 no data" in quarter
