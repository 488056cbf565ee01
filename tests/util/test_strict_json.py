from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Span


def test_values_come_in_their_own_type() -> None:
    assert strict_json.clock("07:30", "") == 450
    assert strict_json.span(["00:00", "23:59"], "") == Span(0, 1439)
    assert strict_json.weekday("SUN", "") == 6
    assert strict_json.weekdays("sun", "") == (6,)
    assert strict_json.weekdays("TUE-THU", "") == (1, 2, 3)
    assert strict_json.weekdays("friday - MON", "") == (4, 5, 6, 0)
    assert strict_json.weekdays("WED-WED", "") == (2,)
    assert strict_json.day("2024-02-29", "") == date(2024, 2, 29)
    assert strict_json.whole(0, "") == 0
    assert strict_json.truth(False, "") is False


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *[
            (strict_json.clock, value)
            for value in ("25:00", "24:00", "007:30", "7:3", "13:60", "1300", "13:00:00", 780, None, "")
        ],
        (strict_json.clock, "١٣:٠٠"),
        (strict_json.clock, "13:00\n"),
        *[
            (strict_json.span, value)
            for value in (
                ["13:00"],
                ["13:00", "14:00", "15:00"],
                ["14:00", "13:00"],
                ["13:00", "13:00"],
                "13:00-14:00",
            )
        ],
        *[(strict_json.weekday, value) for value in ("Fr", "Fridays", "", 4, None, "TUE-THU")],
        *[(strict_json.weekdays, value) for value in ("TUE-", "-TUE", "TUE–THU", "MON-TUE-WED", "", 4, None)],
        *[
            (strict_json.day, value)
            for value in ("2026-02-30", "20260210", "2026-2-1", "2026-W07-1", date(2026, 1, 1))
        ],
        *[(strict_json.text, value) for value in ("", None, 1)],
        *[(strict_json.whole, value) for value in (True, -1, 1.0, "1")],
        *[(strict_json.truth, value) for value in (0, "yes", None)],
        (strict_json.mapping, []),
        (strict_json.mapping, {1: 2}),
        (strict_json.sequence, {}),
        (strict_json.sequence, "abc"),
    ],
)
def test_anything_else_is_refused_with_its_path(read: Callable[[object, str], object], value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read(value, "schedules.office.key")
    assert str(caught.value.reason).startswith("schedules.office.key")


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"^a\.colour: unknown key; known are name, size$"):
        strict_json.mapping({"colour": 1}, "a", ("name", "size"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_readers_raise_nothing_but_bad_input(value: object) -> None:
    readers = (
        strict_json.clock,
        strict_json.span,
        strict_json.weekday,
        strict_json.weekdays,
        strict_json.day,
        strict_json.text,
        strict_json.whole,
        strict_json.truth,
    )
    for read in readers:
        try:
            read(value, "key")
        except BadInput as error:
            assert str(error.reason).startswith("key")
