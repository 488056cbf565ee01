from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.state import report_months
from sm_dns.state.report_months import due, due_at, following, latest_due
from sm_dns.util.errors import BadInput

ZONE = ZoneInfo("Asia/Kuala_Lumpur")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("now", "day", "month"),
    [
        ("2026-11-01T05:59:59", 1, "2026-09"),
        ("2026-11-01T06:00:00", 1, "2026-10"),
        ("2026-11-22T12:00:00", 28, "2026-09"),
        ("2026-01-02T06:00:00", 2, "2025-12"),
        ("2026-01-01T00:00:00", 2, "2025-11"),
    ],
)
def test_the_month_before_is_due_on_its_day_at_six(now: str, day: int, month: str) -> None:
    assert latest_due(day, at(now), ZONE) == month


def test_missed_months_are_made_up_but_not_for_ever() -> None:
    now = at("2026-11-05T00:00:00")
    assert due("2026-10", 1, now, ZONE) == []
    assert due("2026-08", 1, now, ZONE) == ["2026-09", "2026-10"]
    assert due("2020-01", 1, now, ZONE)[0] == "2025-11"
    assert len(due("2020-01", 1, now, ZONE)) == report_months.MAX_MADE_UP


@given(st.datetimes(datetime(2010, 1, 1), datetime(2090, 1, 1)), st.integers(1, 28))  # noqa: DTZ001 (made UTC below)
def test_what_is_due_is_past_and_what_follows_is_to_come(wall: datetime, day: int) -> None:
    now = wall.replace(tzinfo=UTC).timestamp()
    month = latest_due(day, now, ZONE)
    assert due_at(month, day, ZONE) <= now < due_at(following(month), day, ZONE)


def test_what_was_made_is_remembered(tmp_path: Path) -> None:
    assert report_months.load(tmp_path) == {}
    report_months.mark(tmp_path / "state", "one", "2026-09")
    report_months.mark(tmp_path / "state", "two", "2026-10")
    report_months.mark(tmp_path / "state", "one", "2026-10")
    assert report_months.load(tmp_path / "state") == {"one": "2026-10", "two": "2026-10"}


def test_a_damaged_record_is_said(tmp_path: Path) -> None:
    for text in ("[", "[]", '{"one": "soon"}', '{"one": 7}'):
        (tmp_path / report_months.FILE).write_text(text)
        with pytest.raises(BadInput, match="record of reports"):
            report_months.load(tmp_path)
