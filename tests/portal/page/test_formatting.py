from __future__ import annotations

import pytest

from sm_dns.policy.windows import Schedule
from sm_dns.portal.page.formatting import left, when
from tests.support.desk import ONE

DEFAULT = Schedule.from_json({})


def test_an_instant_is_written_as_each_language_does() -> None:
    assert when("ms", ONE, DEFAULT) == {"day": "Isnin", "date": "10 Ogos 2026", "time": "1.00 tengah hari"}
    assert when("en", ONE, DEFAULT) == {"day": "Monday", "date": "10 August 2026", "time": "13:00"}


@pytest.mark.parametrize(
    ("seconds", "hm"), [(0, (0, 0)), (1, (0, 1)), (60, (0, 1)), (61, (0, 2)), (9000, (2, 30))]
)
def test_the_begun_minute_counts(seconds: float, hm: tuple[int, int]) -> None:
    assert left(seconds) == hm
