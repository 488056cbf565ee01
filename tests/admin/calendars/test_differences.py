"""What becomes otherwise between two calendars of a year."""

from __future__ import annotations

from sm_dns.admin.calendars.differences import differences
from tests.admin.calendars.test_calendar_files import read

BEFORE = """\
accepted 2026-01-01T00:00:00Z by officer1: compared
holiday 2026-05-30 Hari Wesak / Wesak Day
holiday 2026-08-31 Hari Kebangsaan / National Day
estimate 2026-11-08 Hari Deepavali / Deepavali
holiday 2026-12-25 Krismas
holiday 2026-12-26 Boxing Day
removed 2026-12-26 not here
extra 2026-03-12 Declared
"""
AFTER = """\
holiday 2026-02-01 Hari Thaipusam
holiday 2026-05-31 Wesak Day
holiday 2026-11-08 Hari Deepavali / Deepavali
holiday 2026-12-25 Hari Krismas
extra 2026-03-12 Declared
conditional 2026-03-20 2026-03-23 Tambahan
"""


def test_each_way_in_which_a_day_can_be_another() -> None:
    assert [str(each) for each in differences(read(BEFORE), read(AFTER))] == [
        "added     Sun 2026-02-01 Hari Thaipusam",
        "added     Fri 2026-03-20 or Mon 2026-03-23 Tambahan",
        "moved     Sun 2026-05-31 Wesak Day, from Sat 2026-05-30",
        "removed   Mon 2026-08-31 Hari Kebangsaan / National Day",
        "confirmed Sun 2026-11-08 Hari Deepavali / Deepavali",
        "renamed   Fri 2026-12-25 Hari Krismas, which was Krismas",
    ]


def test_one_feast_of_two_days_that_moves_moves_twice() -> None:
    before = read("holiday 2026-03-21 Raya\nholiday 2026-03-22 Raya\n")
    after = read("holiday 2026-03-20 Raya\nholiday 2026-03-21 Raya\n")
    (moved,) = differences(before, after)
    assert (moved.what, str(moved.days[0]), str(moved.was_on)) == ("moved", "2026-03-20", "2026-03-22")


def test_equal_calendars_differ_in_nothing_and_without_one_everything_is_new() -> None:
    assert differences(read(BEFORE), read(BEFORE)) == []
    assert [each.what for each in differences(None, read(BEFORE))] == ["added"] * 5
