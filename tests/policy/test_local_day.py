"""A local day, cut where permission changes, in zones whose clocks change."""

from __future__ import annotations

import itertools
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from sm_dns.policy.local_day import Stretch, permitted_on, stretches
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.week import text_of
from sm_dns.policy.windows import state_at
from sm_dns.util import walltime
from sm_dns.util.walltime import DAY_MINUTES

DEFAULT = Schedule.from_json({})
CAIRO = Schedule.from_json({"timezone": "Africa/Cairo", "weekend": ["SAT", "SUN"]})
BEGINS_AT_ONE = date(2024, 4, 26)  # a Friday on which Cairo had no hour after midnight
ZONES = st.sampled_from(["Asia/Kuala_Lumpur", "Europe/Berlin", "America/St_Johns", "Africa/Cairo"])


def test_a_working_day() -> None:
    assert [*stretches(DEFAULT, date(2026, 8, 10))] == [
        Stretch(0, 450, True),
        Stretch(450, 780, False),
        Stretch(780, 840, True),
        Stretch(840, 1050, False),
        Stretch(1050, 1440, True),
    ]


def test_a_rest_day_is_one_stretch() -> None:
    assert [*stretches(DEFAULT, date(2026, 8, 15))] == [Stretch(0, 1440, True)]


def test_a_day_that_begins_at_one_is_told_from_midnight_on() -> None:
    assert walltime.iso_local(walltime.of_minute(BEGINS_AT_ONE, 0, CAIRO.zone), CAIRO.zone)[-8:] == "01:00:00"
    assert [text_of(span) for span in permitted_on(CAIRO, BEGINS_AT_ONE)] == [
        "00:00–07:30",
        "12:15–14:45",
        "17:30–24:00",
    ]


def test_the_day_before_it_ends_at_midnight() -> None:
    assert [text_of(span) for span in permitted_on(CAIRO, date(2024, 4, 25))][-1] == "17:30–24:00"


def test_a_date_that_a_zone_skipped_has_no_stretch() -> None:
    assert [*stretches(Schedule.from_json({"timezone": "Pacific/Apia"}), date(2011, 12, 30))] == []


@example(1_714_082_400, "Africa/Cairo")  # the first second of `BEGINS_AT_ONE`
@given(st.integers(1_700_000_000, 1_900_000_000), ZONES)
def test_the_stretches_cover_the_day_alternate_and_agree_with_the_state(now: int, zone: str) -> None:
    schedule = Schedule.from_json({"timezone": zone})
    found = [*stretches(schedule, walltime.to_local(now, schedule.zone).date())]
    assert (found[0].start, found[-1].end) == (0, DAY_MINUTES)
    for before, after in itertools.pairwise(found):
        assert before.end == after.start and before.permitted is not after.permitted
    minute = walltime.minute_of_day(now, schedule.zone)
    inside = [one.permitted for one in found if one.start <= minute < one.end]
    assert inside == [state_at(schedule, now).permitted]
