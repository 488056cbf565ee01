from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sm_dns.monitor.selection import Selection
from sm_dns.report.document import Letterhead
from sm_dns.report.formats.html_form import PNG
from sm_dns.report.request import Request
from sm_dns.reporting import context
from sm_dns.reporting.basis import default_schedule, working_days
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

REQUEST = Request("usage", date(2010, 1, 3), date(2010, 1, 8))
SELECTION = Selection((), REQUEST.first, REQUEST.last, 0, 24)


def load(folder: Path, addition: str = "") -> Settings:
    file = folder / "sm-dns.yaml"
    file.write_text(f"schedules: {{default: {{}}}}\n{addition}")
    return load_settings(file)


def test_the_letterhead_is_in_the_language_or_in_the_only_one(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "notice: {agency: {ms: Jabatan, en: Department}, classification: TERHAD,"
        " letterhead: {department: {en: Branch}, reference: R/1, address: [A, B]}}",
    )
    malay = context.letterhead(settings, "ms")
    assert (malay.agency, malay.department, malay.address, malay.reference) == (
        "Jabatan",
        "Branch",
        ("A", "B"),
        "R/1",
    )
    assert malay.classification == "TERHAD"
    assert context.letterhead(settings, "en").agency == "Department"


def test_there_is_no_default_label(tmp_path: Path) -> None:
    assert context.letterhead(load(tmp_path), "ms") == Letterhead()


def test_a_logo_is_a_picture_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(tmp_path, "notice: {letterhead: {logo: logo.png}}")
    logo = tmp_path / "logo.png"
    with pytest.raises(BadInput, match="cannot be read"):
        context.letterhead(settings, "ms")
    logo.write_bytes(b"<svg/>")
    with pytest.raises(BadInput, match="PNG or JPEG"):
        context.letterhead(settings, "ms")
    logo.write_bytes(PNG + b"...")
    assert context.letterhead(settings, "ms").logo == PNG + b"..."
    monkeypatch.setattr(context, "MAX_LOGO", 4)
    with pytest.raises(BadInput, match="larger"):
        context.letterhead(settings, "ms")


def test_services_have_their_names_and_years_without_a_calendar_are_known(tmp_path: Path) -> None:
    about = context.context(load(tmp_path), REQUEST, SELECTION, "ms", 0.0)
    assert about.service("facebook") == "Facebook" and about.service("gone") == "gone"
    assert about.uncertain_years == (2010,)


def test_days_of_a_holiday_that_is_not_settled_are_known(tmp_path: Path) -> None:
    calendars = "calendars: {pjy: {country: MY, subdivision: PJY, schedules: [default]}}"
    settings = load(tmp_path, calendars)
    settings.calendar_dir.mkdir()
    (settings.calendar_dir / "pjy-2010.cal").write_text(
        "accepted 2010-01-01T00:00:00Z by o: w\nconditional 2010-01-05 2010-12-30 x\n"
    )
    about = context.context(settings, REQUEST, SELECTION, "ms", 0.0)
    assert (about.uncertain_years, about.unsettled_days) == ((), (date(2010, 1, 5),))


def test_working_days_are_those_of_the_schedule(tmp_path: Path) -> None:
    settings = load(tmp_path)
    settings = load(tmp_path, "").model_copy(
        update={"schedules": {"default": {"holidays": {"2026-08-31": "National Day"}}}}
    )
    is_working = working_days(default_schedule(settings))
    days = (date(2026, 8, 28), date(2026, 8, 29), date(2026, 8, 31))
    assert [is_working(day) for day in days] == [True, False, False]


def test_a_report_has_the_words_of_the_agency(tmp_path: Path) -> None:
    found = context.context(load(tmp_path, "notice: {profile: ump}"), REQUEST, SELECTION, "ms", 0.0)
    assert found.say("department_name") == "Jabatan"
    assert context.context(load(tmp_path), REQUEST, SELECTION, "en", 0.0).say("department_name") == "Division"


def test_what_the_default_schedule_does_not_permit_is_known_for_each_day(tmp_path: Path) -> None:
    settings = load(tmp_path)
    found = context.context(settings, REQUEST, SELECTION, "en", 1_263_000_000.0).shut
    assert list(found) == [date(2010, 1, day) for day in range(3, 9)]
    assert found[date(2010, 1, 3)] == ()  # a Sunday
    assert [(each.start, each.end) for each in found[date(2010, 1, 4)]] == [(450, 780), (840, 1050)]
    night = replace(SELECTION, band_start=22, band_end=6)
    assert max(context.context(settings, REQUEST, night, "en", 1_263_000_000.0).shut) == date(2010, 1, 9)
    year = replace(SELECTION, last=date(2010, 12, 31))
    assert context.context(settings, REQUEST, year, "en", 1_263_000_000.0).shut == {}
