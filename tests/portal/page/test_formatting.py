from __future__ import annotations

import pytest

from sm_dns.i18n.dates import clock
from sm_dns.policy.windows import Schedule
from sm_dns.portal.page import texts
from sm_dns.portal.page.formatting import left, moment, weekday, weekdays
from tests.support.desk import ONE

DEFAULT = Schedule.from_json({})


def test_a_moment_is_written_as_each_language_does() -> None:
    assert moment(texts.NEXT, "ms", ONE, DEFAULT) == (
        "Capaian dibenarkan semula pada hari Isnin, 10 Ogos 2026, pukul 1.00 tengah hari."
    )
    assert (
        moment(texts.NEXT, "en", ONE, DEFAULT)
        == "Access is permitted again on Monday, 10 August 2026, at 13:00."
    )


def test_minutes_of_the_day() -> None:
    assert [clock("ms", minute) for minute in (0, 735, 1440)] == [
        "12.00 tengah malam",
        "12.15 tengah hari",
        "12.00 tengah malam",
    ]
    assert [clock("en", minute) for minute in (0, 735, 1440)] == ["00:00", "12:15", "24:00"]


@pytest.mark.parametrize(
    ("numbers", "malay", "english"),
    [
        ((0, 1, 2, 3), "Isnin hingga Khamis", "Monday to Thursday"),
        ((4,), "Jumaat", "Friday"),
        ((3, 4), "Khamis dan Jumaat", "Thursday and Friday"),
        ((0, 1, 2, 4, 6), "Ahad hingga Rabu dan Jumaat", "Sunday to Wednesday and Friday"),
    ],
)
def test_runs_of_weekdays(numbers: tuple[int, ...], malay: str, english: str) -> None:
    assert (weekdays("ms", numbers), weekdays("en", numbers)) == (malay, english)
    assert weekday("ms", 6) == "Ahad"


@pytest.mark.parametrize(
    ("seconds", "hm"), [(0, (0, 0)), (1, (0, 1)), (60, (0, 1)), (61, (0, 2)), (9000, (2, 30))]
)
def test_the_begun_minute_counts(seconds: float, hm: tuple[int, int]) -> None:
    assert left(seconds) == hm
