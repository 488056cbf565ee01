"""What `check` and `status` say of calendars, on which day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sm_dns.admin.calendars import calendar_proposals
from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.admin.calendars.calendar_files import Line
from sm_dns.builder.calendar_checks import calendar_findings
from sm_dns.settings.load import check_schedule, load_settings

CONFIG = """\
schedules: {default: {}}
calendars: {pjy: {country: MY, subdivision: PJY, schedules: [default]}}
"""
ACCEPTED = "accepted 2026-01-01T00:00:00Z by officer1: compared\nholiday 2026-08-31 Hari Kebangsaan\n"
OPEN = "conditional 2026-03-20 2026-03-23 Tambahan / Additional\n"


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    day = Line("holiday", date(2026, 8, 31), "Hari Kebangsaan / National Day")
    monkeypatch.setattr(calendar_proposals, "propose", lambda country, state, year: [day])


def found(folder: Path, text: str, at: str) -> list[tuple[str, str]]:
    (folder / "sm-dns.yaml").write_text(CONFIG)
    (folder / "calendar").mkdir(exist_ok=True)
    (folder / "calendar" / "pjy-2026.cal").write_text(text)
    settings = load_settings(folder / "sm-dns.yaml")
    schedules = {
        name: check_schedule(settings, name, each) for name, each in merged_schedules(settings).items()
    }
    now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Kuala_Lumpur")).timestamp()
    return [(one.level, str(one.text)) for one in calendar_findings(settings, schedules, now)]


@pytest.mark.parametrize(
    ("at", "level", "words"),
    [
        ("2026-01-02T08:00", "note", "it is not settled on which of 2026-03-20, 2026-03-23"),
        ("2026-03-12T23:59:59", "note", "is not settled"),
        ("2026-03-13T00:00", "warning", "is not settled"),
        ("2026-03-20T10:00", "warning", "each counts as an ordinary day"),
        ("2026-03-23T23:59", "warning", "is not settled"),
        ("2026-03-24T00:00", "warning", "it was never said"),
    ],
)
def test_a_week_before_it_a_person_is_warned(tmp_path: Path, at: str, level: str, words: str) -> None:
    ((its_level, text),) = found(tmp_path, ACCEPTED + OPEN, at)
    assert its_level == level
    assert words in text
    assert "Tambahan / Additional" in text
    assert "`sm-dns calendar settle DATE --calendar pjy`" in text


def test_settled_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert found(tmp_path, ACCEPTED + "extra 2026-03-20 Tambahan\n", "2026-03-20T10:00") == []


def test_a_library_that_says_otherwise_is_told_with_what_to_type(tmp_path: Path) -> None:
    slip = ACCEPTED.replace("2026-08-31", "2026-08-30")
    said = found(tmp_path, slip, "2026-02-01T10:00")
    assert [level for level, _ in said] == ["warning", "warning"]
    assert "2026-08-30 is a holiday, Hari Kebangsaan, but none in the library" in said[0][1]
    assert "`sm-dns calendar remove 2026-08-30 --calendar pjy`" in said[0][1]
    assert "2026-08-31 is no holiday, but one in the library" in said[1][1]
    kept = "kept 2026-08-30 gazette\nkept 2026-08-31 gazette\n"
    assert found(tmp_path, slip + kept, "2026-02-01T10:00") == []


def test_a_year_that_is_over_wants_nobody(tmp_path: Path) -> None:
    said = found(tmp_path, ACCEPTED.replace("08-31", "08-30") + OPEN, "2027-01-01T10:00")
    assert [text for _, text in said if "2026" in text] == []
