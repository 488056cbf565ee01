from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sm_dns.admin.calendars import calendar_files, calendar_proposals, corrections
from sm_dns.admin.calendars.accepted_calendars import merge
from sm_dns.admin.calendars.calendar_files import (
    CalendarFile,
    Line,
    accepted_path,
    load_file,
    proposed_path,
    written,
)
from sm_dns.admin.calendars.holiday_names import official_name
from sm_dns.i18n.text import Text
from sm_dns.settings.blocks.policy import CalendarSettings
from sm_dns.state.intent import Removed
from sm_dns.util.errors import BadInput
from tests.support.changes import put

REPOSITORY = Path(__file__).resolve().parents[3]
PUTRAJAYA = CalendarSettings(country="MY", subdivision="PJY", schedules=("default",))
CONFIGS = json.loads((REPOSITORY / "tests" / "data" / "windows_configs.json").read_text())


def sure(state: str, year: int) -> list[Line]:
    """What is proposed without what is only thought to follow."""
    return [line for line in calendar_proposals.propose("MY", state, year) if not line.is_estimate]


def write(directory: Path, year: int) -> CalendarFile:
    lines = calendar_proposals.propose("MY", "PJY", year)
    proposal = calendar_proposals.proposal(directory, "pjy", year, PUTRAJAYA, lines)
    put(written(proposed_path(directory, "pjy", year), proposal))
    return proposal


def accept(directory: Path, year: int, *, estimates: bool = False) -> CalendarFile:
    proposal = calendar_proposals.acceptable(directory, "pjy", year, estimates=estimates)
    calendar = calendar_proposals.accepted(proposal, at=1_767_225_600.0, who="officer1", why="compared")
    proposed = Removed(proposed_path(directory, "pjy", year))
    put(written(accepted_path(directory, "pjy", year), calendar), proposed)
    return calendar


def add_line(directory: Path, line: Line) -> None:
    calendar = corrections.with_line(directory, "pjy", line)
    put(written(accepted_path(directory, "pjy", calendar.year), calendar))


def remove_day(directory: Path, day: date, reason: str) -> None:
    calendar = corrections.without_day(directory, "pjy", day, reason)
    put(written(accepted_path(directory, "pjy", calendar.year), calendar))


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    write(tmp_path, 2026)
    accept(tmp_path, 2026)
    return tmp_path


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_library_proposes_the_days_of_the_vectors(year: int) -> None:
    days = {line.day.isoformat(): line.text for line in sure("PJY", year)}
    frozen = CONFIGS["default"]["holidays"]
    assert list(days) == [day for day in sorted(frozen) if day.startswith(str(year))]
    assert all(Text.both(days[day]) == official_name(frozen[day]).text for day in days)


def test_kedah_keeps_its_own_days() -> None:
    days = {line.day.isoformat() for line in sure("KDH", 2026)}
    frozen = CONFIGS["ex_kedah_2026"]["holidays"]
    assert days == {day for day in frozen if day.startswith("2026")}


def test_a_feast_of_two_days_has_a_second() -> None:
    days = {line.day.isoformat(): line.text for line in calendar_proposals.propose("MY", "SWK", 2026)}
    assert days["2026-06-01"].endswith("Yang di-Pertuan Agong and Gawai Dayak")
    assert days["2026-06-02"] == "Perayaan Hari Gawai Dayak (Hari Kedua) / Gawai Dayak (second day)"


def test_what_an_earlier_version_called_an_estimate_is_one() -> None:
    text = "holiday 2028-10-17 Diwali (estimated)\nestimate 2028-02-10 Hari Thaipusam / Thaipusam\n"
    old = calendar_files.parse(text, Path("x.cal"), "x", 2028)
    assert [line.text for line in calendar_proposals.estimated(old)] == [
        "Diwali",
        "Hari Thaipusam / Thaipusam",
    ]
    assert old.lines[1].shown == (
        "Hari Thaipusam (anggaran, tertakluk kepada perubahan) / Thaipusam (estimate, subject to change)"
    )
    assert "estimate 2028-10-17 Diwali" in old.render()


def test_estimates_are_marked_also_where_the_library_does_not() -> None:
    lines = calendar_proposals.propose("MY", "PJY", 2028)
    named = {str(line) for line in lines}
    assert any(text.startswith("estimate 2028-11-15 Hari Deepavali / Deepavali") for text in named)
    assert any(text.startswith("estimate") and "Thaipusam" in text for text in named)
    assert any(text.startswith("estimate") and "Hari Raya Puasa" in text for text in named)
    assert "holiday 2028-08-31 Hari Kebangsaan / National Day" in named


@pytest.mark.parametrize(
    ("country", "subdivision", "reason"),
    [
        ("MY", None, "needs one of its subdivisions: .*PJY"),
        ("MY", "Putrajaya", "has no subdivision 'Putrajaya'"),
        ("QQ", None, "country 'QQ'"),
    ],
)
def test_places_that_do_not_exist(country: str, subdivision: str | None, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        calendar_proposals.propose(country, subdivision, 2026)


def test_a_country_without_subdivisions() -> None:
    assert calendar_proposals.propose("SG", None, 2026)


def test_a_person_accepts(tmp_path: Path) -> None:
    write(tmp_path, 2026)
    assert not accepted_path(tmp_path, "pjy", 2026).exists()
    accept(tmp_path, 2026)
    calendar = load_file(accepted_path(tmp_path, "pjy", 2026))
    assert calendar.accepted is not None
    assert (calendar.accepted.who, calendar.accepted.why) == ("officer1", "compared")
    assert not proposed_path(tmp_path, "pjy", 2026).exists()
    with pytest.raises(BadInput, match="nothing is proposed"):
        accept(tmp_path, 2026)


def test_estimates_are_accepted_by_name_only(tmp_path: Path) -> None:
    write(tmp_path, 2028)
    with pytest.raises(BadInput, match="--accept-estimates"):
        accept(tmp_path, 2028)
    assert accept(tmp_path, 2028, estimates=True).year == 2028


def holidays(directory: Path) -> dict[str, str]:
    found: dict[str, str] = merge({}, [load_file(accepted_path(directory, "pjy", 2026))])["holidays"]
    return found


def test_a_day_is_added_taken_back_and_put_back(accepted: Path) -> None:
    declared = Line("extra", date(2026, 9, 1), "Declared")
    add_line(accepted, declared)
    assert holidays(accepted)["2026-09-01"] == "Declared"
    with pytest.raises(BadInput, match="already"):
        add_line(accepted, declared)
    remove_day(accepted, date(2026, 9, 1), "not gazetted")
    assert "2026-09-01" not in holidays(accepted)

    remove_day(accepted, date(2026, 9, 16), "cancelled")
    assert "2026-09-16" not in holidays(accepted)
    with pytest.raises(BadInput, match="nothing on 2026-09-16"):
        remove_day(accepted, date(2026, 9, 16), "again")
    add_line(accepted, Line("extra", date(2026, 9, 16), "Malaysia Day"))
    assert holidays(accepted)["2026-09-16"] == "Hari Malaysia / Malaysia Day"
    with pytest.raises(BadInput, match="is a holiday already"):
        add_line(accepted, Line("extra", date(2026, 9, 16), "Malaysia Day"))


def test_corrections_outlive_a_new_proposal(accepted: Path) -> None:
    add_line(accepted, Line("extra", date(2026, 9, 1), "Declared"))
    add_line(accepted, Line("half-day", date(2026, 12, 24), "eve", "12:30"))
    remove_day(accepted, date(2026, 9, 16), "cancelled")
    before = holidays(accepted)
    write(accepted, 2026)
    accept(accepted, 2026)
    assert holidays(accepted) == before
    assert load_file(accepted_path(accepted, "pjy", 2026)).of("half-day")


def test_a_year_is_accepted_before_it_is_corrected(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not accepted yet"):
        add_line(tmp_path, Line("extra", date(2026, 9, 1), "Declared"))


def test_a_reason_cannot_smuggle_a_line_in(accepted: Path) -> None:
    before = holidays(accepted)
    line = Line("workday", date(2026, 9, 2), "stock taking\nextra 2026-09-03 mine")
    with pytest.raises(BadInput, match="one line of text"):
        add_line(accepted, line)
    assert holidays(accepted) == before
