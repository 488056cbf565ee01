"""Every figure of three documents of a month, against a count of the store that shares nothing with them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sm_dns.monitor.store.rows import Gap, Row
from sm_dns.monitor.store.store import Store
from sm_dns.report.request import Kind, Request
from sm_dns.reporting import make
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from tests.support.recount import Asked, Recount, kind, percent
from tests.support.rows import KEY, row

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
BEGIN = int(datetime.fromisoformat("2026-10-01T00:00:00+08:00").timestamp())
END = BEGIN + 31 * 86_400
HOURS = (6, 7, 8, 9, 10, 12, 13, 14, 16, 17, 20, 23)
SERVICES = (
    ("facebook", "social"), ("x", "social"), ("youtube", "streaming"), ("whatsapp", "messaging"), ("doh", "bypass")
)  # fmt: skip
BASES = {"Finance": 90, "Audit": 60}
VISITED = ("social", "streaming")

Wanted = Callable[[Asked], bool]


def rows() -> list[Row]:
    chance = random.Random(5)
    made = []
    for number in range(140):
        name = ("Finance", "Finance", "Audit", "", "Guard")[0 if number < 70 else 2 if number < 110 else 3]
        name = "Guard" if number > 136 else name
        for _ in range(chance.randrange(1, 14)):
            service, category = chance.choice(SERVICES)
            day, hour = chance.randrange(-1, 32), chance.choice(HOURS)
            outcome = chance.choice(("permitted", "denied", "would_deny", "exempt"))
            department = "Audit" if number == 3 and day > 15 else name  # one who changed it
            made.append(
                row(
                    f"p{number}" if number < 130 or number > 136 else f"d{number}",
                    hour=BEGIN + 86_400 * day + 3600 * hour,
                    kind="person" if number < 130 or number > 136 else "device",
                    department=department,
                    service=service,
                    category=category,
                    outcome=outcome,
                    visit=chance.random() < 0.7,
                    exemption="e1" if outcome == "exempt" else "",
                    queries=chance.randrange(1, 9),
                )
            )
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("recount")
    named = ", ".join(f"{{name: {name}, base: {base}}}" for name, base in BASES.items())
    file = folder / "sm-dns.yaml"
    file.write_text(
        f"schedules: {{default: {{}}}}\nmonitoring: {{store: usage.db, base: 1500, departments: [{named}]}}\n"
    )
    store = Store(folder / "usage.db", source="hq")
    store.add(rows(), KEY)
    store.note_running(BEGIN)
    store.add_gap(Gap(BEGIN + 86_400, BEGIN + 90_000, "store failed", 17))
    store.close()
    with sqlite3.connect(folder / "usage.db") as database:  # it ran through, without a note a minute
        database.execute("UPDATE stretch SET since = ?, until = ?", (BEGIN, END))
    database.close()
    return load_settings(file)


@pytest.fixture(scope="module")
def month_before(settings: Settings) -> Recount:
    return Recount(Path(str(settings.monitoring.store)), date(2026, 9, 1), date(2026, 9, 30))


@pytest.fixture(scope="module")
def again(settings: Settings) -> Recount:
    return Recount(Path(str(settings.monitoring.store)), FIRST, LAST)


def document(settings: Settings, of: Kind, **more: Any) -> dict[str, Any]:
    return make.report(settings, Request(of, FIRST, LAST, **more), "ms", END + 3600.0).object


def visit(each: Asked) -> bool:
    return each.visit and each.category in VISITED


def in_work(each: Asked) -> bool:
    return visit(each) and kind(each.day, each.hour) == "working"


def everyone(each: Asked) -> bool:
    return True


def on(day: date, wanted: Wanted) -> Wanted:
    return lambda each: wanted(each) and each.day == day


def at_hour(hour: int, wanted: Wanted) -> Wanted:
    return lambda each: wanted(each) and each.hour == hour


def beside(about: str, name: str) -> Wanted:
    if about == "category":
        return lambda each: each.category == name
    if about == "decision":
        return lambda each: visit(each) and each.outcome == name
    return lambda each: visit(each) and kind(each.day, each.hour) == name


def same(cell: dict[str, Any], true: int) -> bool:
    """Whether a count is the true one, or kept back by the sign that is true of it; and whether it is shown."""
    if cell["count"] is None:
        assert cell["mark"] == "protect" or (cell["mark"] == "small" and 0 < true < 5), (cell, true)
    else:
        assert cell == {**cell, "count": true, "mark": ""} and not 0 < true < 5, (cell, true)
    return cell["count"] is not None


def check_refused(told: list[dict[str, Any]], again: Recount, department: str) -> int:
    """Who of a department was refused; how many of these numbers are shown."""
    assert [each["outcome"] for each in told] == ["would_deny", "denied"]
    return sum(
        same(
            {"count": each["count"], "mark": each["mark"]},
            len(again.people(beside("decision", each["outcome"]), department)),
        )
        for each in told
    )


def check_day(told: dict[str, Any], base: int | None, users: int, seen: int) -> None:
    shown = same(told, users)
    also = same(told["seen"], seen)
    assert told["percent"] == (percent(users, base) if shown and base else None)
    assert told["percent_of_seen"] == (percent(users, seen) if shown and also and seen else None)


def test_the_usage_of_a_month(settings: Settings, again: Recount, month_before: Recount) -> None:
    told = document(settings, "usage")
    users, seen = len(again.people(in_work)), len(again.seen(everyone))
    assert users > 40
    assert (told["count"], told["seen"], told["base"]) == (users, seen, 1500)
    assert (told["percent"], told["percent_of_seen"]) == (percent(users, 1500), percent(users, seen))
    assert (told["unmapped"], told["queries"]) == (again.devices(in_work), again.queries(in_work))
    same(told["before"], len(month_before.people(in_work)))
    daily = {day: len(again.people(on(day, in_work))) for day in again.days}
    working = [count for day, count in daily.items() if day.weekday() < 5]
    assert (
        told["mean_per_working_day"]
        == f"{(200 * sum(working) + len(working)) // (2 * len(working)) / 100:.2f}"
    )
    for day, each in zip(again.days, told["days"], strict=True):
        assert (each["date"], each["working"]) == (str(day), day.weekday() < 5)
        check_day(each, 1500, daily[day], len(again.seen(on(day, everyone))))
    for hour, each in enumerate(told["hours"]):
        at = at_hour(hour, visit)
        same(each, len(again.people(at)))
        assert (each["hour"], each["unmapped"]) == (hour, again.devices(at))
    shown = 0
    for day, line in zip(again.days, told["heat"], strict=True):
        for hour, cell in enumerate(line["hours"]):
            one = on(day, at_hour(hour, visit))
            shown += same(cell, len(again.people(one)))
    assert shown > 100
    for each in told["beside"]:
        wanted = beside(each["about"], each["name"])
        if same(each, len(again.people(wanted))):
            assert each["queries"] == again.queries(wanted), each
    assert {each["department"] for each in told["refused"]} == {"Finance", "Audit", "Guard", ""}
    assert sum(check_refused(each["outcomes"], again, each["department"]) for each in told["refused"]) >= 4
    names = [each["name"] for each in told["beside"]]
    assert names == ["working", "rest", "after", "edge", "would_deny", "denied", "messaging", "bypass"]
    check_coverage(told["coverage"], again, of_all=True)


def test_the_sheet_of_a_department(settings: Settings, again: Recount, month_before: Recount) -> None:
    told = document(settings, "department", departments=("Finance",))
    assert "count" not in told
    [sheet] = told["departments"]
    users, seen = again.people(in_work, "Finance"), again.seen(everyone, "Finance")
    assert len(users) > 20
    assert sheet["base"] == BASES["Finance"]
    check_day(sheet, BASES["Finance"], len(users), len(seen))
    assert sheet["count"] is not None
    same(sheet["before"], len(month_before.people(in_work, "Finance")))
    assert check_refused(sheet["refused"], again, "Finance") == 2
    for day, cell in zip(again.days, sheet["days"], strict=True):
        same(cell, len(again.people(on(day, in_work), "Finance")))
    for hour, cell in enumerate(sheet["hours"]):
        same(cell, len(again.people(at_hour(hour, visit), "Finance")))
    check_coverage(told["coverage"], again, of_all=False)


def test_compliance_of_a_month(settings: Settings, again: Recount, month_before: Recount) -> None:
    told = document(settings, "compliance")
    outcomes = ("permitted", "denied", "would_deny", "exempt")

    def table(lines: list[dict[str, Any]], *keys: str) -> dict[object, dict[str, int]]:
        return {tuple(each[key] for key in keys): {name: each[name] for name in outcomes} for each in lines}

    assert table(told["categories"], "category") == again.tables(lambda row: (row.category,))
    by_service = again.tables(lambda row: (row.category, row.service))
    assert table(told["services"], "category", "service") == by_service
    by_day = again.tables(lambda row: (str(row.day),))
    nothing = dict.fromkeys(outcomes, 0)
    assert table(told["days"], "date") == {
        (str(day),): by_day.get((str(day),), nothing) for day in again.days
    }
    whole = again.tables(lambda row: "")
    assert told["whole"] == whole[""]
    before = month_before.tables(lambda row: "")[""]
    assert sum(before.values()) > 10
    assert {name: told["before"][name] for name in outcomes} == before
    assert told["bypass"] == again.tables(lambda row: row.category)["bypass"]
    [exemption] = told["exemptions"]
    assert exemption["queries"] == again.queries(lambda row: row.exemption == "e1")
    assert exemption["services"] == sorted({row.service for row in again.rows if row.exemption})
    check_coverage(told["coverage"], again, of_all=True)


def check_coverage(told: dict[str, Any], again: Recount, *, of_all: bool) -> None:
    hours = 31 * 24
    assert (told["hours"], told["watched_hours"]) == (f"{hours}.00", f"{hours - 1}.00")
    assert told["watched_percent"] == percent(hours - 1, hours)
    staff, devices = len(again.seen(everyone)), again.devices(everyone, of_all=True)
    assert told["mapped_percent"] == percent(staff, staff + devices)
    asked = again.queries(everyone, of_all=True)
    mapped = again.queries(lambda row: row.mapped, of_all=True)
    assert told["mapped_queries_percent"] == percent(mapped, asked)
    if of_all:
        assert (told["staff_seen"], told["unmapped_seen"], told["lost"]) == (staff, devices, 17)
    else:
        assert not {"staff_seen", "unmapped_seen", "lost"} & set(told)
    assert timedelta(hours=1).total_seconds() == sum(
        (datetime.fromisoformat(gap["to"]) - datetime.fromisoformat(gap["from"])).total_seconds()
        for gap in told["gaps"]
    )
