from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.errors import BadInput
from sm_dns.policy import reading
from sm_dns.policy.reading import Span


def test_values_come_in_their_own_type() -> None:
    assert reading.clock("07:30", "") == 450
    assert reading.span(["00:00", "23:59"], "") == Span(0, 1439)
    assert reading.weekday("SUN", "") == 6
    assert reading.day("2024-02-29", "") == date(2024, 2, 29)
    assert reading.whole(0, "") == 0
    assert reading.truth(False, "") is False


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *[
            (reading.clock, value)
            for value in ("25:00", "24:00", "7:30", "13:60", "1300", "13:00:00", 780, None, "")
        ],
        (reading.clock, "١٣:٠٠"),
        (reading.clock, "13:00\n"),
        *[
            (reading.span, value)
            for value in (
                ["13:00"],
                ["13:00", "14:00", "15:00"],
                ["14:00", "13:00"],
                ["13:00", "13:00"],
                "13:00-14:00",
            )
        ],
        *[(reading.weekday, value) for value in ("Fri", "FRIDAY", 4, None)],
        *[
            (reading.day, value)
            for value in ("2026-02-30", "20260210", "2026-2-1", "2026-W07-1", date(2026, 1, 1))
        ],
        *[(reading.text, value) for value in ("", None, 1)],
        *[(reading.whole, value) for value in (True, -1, 1.0, "1")],
        *[(reading.truth, value) for value in (0, "yes", None)],
        (reading.mapping, []),
        (reading.mapping, {1: 2}),
        (reading.sequence, {}),
        (reading.sequence, "abc"),
    ],
)
def test_anything_else_is_refused_with_its_path(read: Callable[[object, str], object], value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read(value, "schedules.office.key")
    assert caught.value.reason.startswith("schedules.office.key")


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"^a\.colour: unknown key; known are name, size$"):
        reading.mapping({"colour": 1}, "a", ("name", "size"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_readers_raise_nothing_but_bad_input(value: object) -> None:
    readers = (
        reading.clock,
        reading.span,
        reading.weekday,
        reading.day,
        reading.text,
        reading.whole,
        reading.truth,
    )
    for read in readers:
        try:
            read(value, "key")
        except BadInput as error:
            assert error.reason.startswith("key")
