from __future__ import annotations

import pytest

from sm_dns.policy.windows import Schedule
from sm_dns.portal.page.formatting import left, weekdays, when
from tests.support.desk import ONE

DEFAULT = Schedule.from_json({})


def test_an_instant_is_written_as_each_language_does() -> None:
    assert when("ms", ONE, DEFAULT) == {"day": "Isnin", "date": "10 Ogos 2026", "time": "1.00 tengah hari"}
    assert when("en", ONE, DEFAULT) == {"day": "Monday", "date": "10 August 2026", "time": "13:00"}


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


@pytest.mark.parametrize(
    ("seconds", "hm"), [(0, (0, 0)), (1, (0, 1)), (60, (0, 1)), (61, (0, 2)), (9000, (2, 30))]
)
def test_the_begun_minute_counts(seconds: float, hm: tuple[int, int]) -> None:
    assert left(seconds) == hm
