"""Reports by the running service: a missed month is made up at the start, a failure shows in the status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.state import report_months
from tests.e2e.test_monitoring import until
from tests.support.server import House

REPORTS = "reports: [{name: monthly, kind: coverage, to: TO, format: json}]"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, ["192.0.2.1"])
    try:
        yield made
    finally:
        made.close()


def test_a_missed_month_is_made_at_the_start(house: House) -> None:
    house.write(REPORTS.replace("TO", "out"))
    report_months.mark(house.state, "monthly", "2020-01")
    (house.state / "monitor").mkdir()
    store = Store(house.state / "monitor" / "usage.db")
    store.note_running(0.0)
    store.close()
    house.start()
    out = house.directory / "out"
    until(lambda: len(list(out.glob("monthly-*.json"))) == report_months.MAX_MADE_UP)
    assert {json.loads(file.read_text())["report"] for file in out.iterdir()} == {"coverage"}
    last = max(file.stem.removeprefix("monthly-") for file in out.iterdir())
    until(lambda: report_months.load(house.state)["monthly"] == last)


def test_what_fails_is_a_finding(house: House) -> None:
    (house.directory / "file").write_text("no folder")
    house.write(REPORTS.replace("TO", "file/out"))
    report_months.mark(house.state, "monthly", "2020-01")
    house.start()
    until(lambda: any("'monthly' was not made" in each["text"] for each in house.status()["findings"]))
