"""Where the library says otherwise than what a person accepted, and where that is on purpose."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sm_dns.admin.calendars import calendar_proposals, library_word
from sm_dns.admin.calendars.calendar_files import CalendarFile, Line, parse
from sm_dns.settings.blocks.policy import CalendarSettings

PLACE = CalendarSettings(country="MY", subdivision="PJY", schedules=("default",))
LIBRARY = [
    Line("holiday", date(2026, 8, 31), "Hari Kebangsaan / National Day"),
    Line("holiday", date(2026, 9, 16), "Hari Malaysia / Malaysia Day"),
]
SAME = "holiday 2026-08-31 Merdeka\nholiday 2026-09-16 Hari Malaysia\n"


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_proposals, "propose", lambda country, state, year: LIBRARY)


def calendar(text: str) -> CalendarFile:
    return parse(text, Path("pjy-2026.cal"), "pjy", 2026)


def told(text: str) -> list[str]:
    return [str(each) for each in library_word.other_words(calendar(text), PLACE)]


def test_the_same_days_under_other_names_are_the_same() -> None:
    assert told(SAME) == []


def test_a_day_that_only_one_of_them_has() -> None:
    assert told("holiday 2026-08-31 Merdeka\nholiday 2026-09-17 Hari Malaysia\n") == [
        "in the library alone: 2026-09-16 Hari Malaysia / Malaysia Day",
        "in the calendar alone: 2026-09-17 Hari Malaysia",
    ]


@pytest.mark.parametrize(
    "text",
    [
        SAME + "extra 2026-03-12 declared\n",
        SAME + "removed 2026-09-16 not here\n",
        "holiday 2026-08-31 Merdeka\nworkday 2026-09-16 stock taking\n",
        "holiday 2026-08-31 Merdeka\nconditional 2026-09-16 2026-09-17 Hari Malaysia\n",
        "holiday 2026-08-31 Merdeka\nkept 2026-09-16 the gazette has it not\n",
        SAME + "holiday 2026-03-12 x\nkept 2026-03-12 gazette\n",
    ],
)
def test_what_a_person_said_on_purpose_is_no_finding(text: str) -> None:
    assert told(text) == []


def test_what_differs_as_it_is_accepted_is_accepted_with_it_and_what_differs_no_more_is_forgotten() -> None:
    proposal = calendar("holiday 2026-08-31 Merdeka\nholiday 2026-03-12 Cuti negeri\n")
    before = calendar("kept 2026-09-16 letter 7\nkept 2026-01-01 old\n")
    accepted = library_word.with_known_differences(proposal, before, PLACE)
    kept = [str(line) for line in accepted.lines if line.kind == "kept"]
    assert kept[0].startswith("kept 2026-03-12 tiada dalam pustaka (0.")
    assert " / not in the library (0." in kept[0]
    assert kept[1:] == ["kept 2026-09-16 letter 7"]
    assert library_word.other_words(accepted, PLACE) == []


def test_what_to_type_is_said_of_a_few_days_and_then_a_sum() -> None:
    text = "".join(f"holiday 2026-10-{day:02} x\n" for day in range(1, 8)) + SAME
    said = list(map(str, library_word.said("pjy", 2026, library_word.other_words(calendar(text), PLACE))))
    assert len(said) == library_word.MAX_SAID + 1
    assert "`sm-dns calendar remove 2026-10-01 --calendar pjy`" in said[0]
    assert "on 2 days more" in said[-1]
    (alone,) = library_word.said(
        "pjy", 2026, library_word.other_words(calendar("holiday 2026-08-31 Merdeka\n"), PLACE)
    )
    assert "`sm-dns calendar add 2026-09-16 'Hari Malaysia / Malaysia Day' --calendar pjy`" in str(alone)
    assert "`sm-dns calendar keep 2026-09-16 --calendar pjy`" in str(alone)
