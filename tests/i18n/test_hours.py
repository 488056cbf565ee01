from __future__ import annotations

import pytest

from sm_dns.i18n.hours import recurring, weekdays


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
    ("days", "start", "end", "malay", "english"),
    [
        (
            (0, 1, 2, 3, 4),
            540,
            660,
            "Isnin hingga Jumaat, 9.00 pagi hingga 11.00 pagi",
            "Monday to Friday 09:00-11:00",
        ),
        ((1,), 0, 1440, "Selasa, sepanjang hari", "Tuesday, all day"),
        ((5,), 1320, 120, "Sabtu, 10.00 malam hingga 2.00 pagi", "Saturday 22:00-02:00"),
    ],
)
def test_hours_that_come_back(days: tuple[int, ...], start: int, end: int, malay: str, english: str) -> None:
    assert (recurring("ms", days, start, end), recurring("en", days, start, end)) == (malay, english)
