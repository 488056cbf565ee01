from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45s", 45), ("30m", 1800), ("24h", 86400), ("7d", 604800), ("2w", 1209600), ("1h30m", 5400)],
)
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "m", "30 m", "-5m", "1.5h", "5M", "0m", "5m!", "٣m"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        parse_duration(text)


@given(st.integers(min_value=1, max_value=10**8))
def test_what_is_written_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


def test_nothing() -> None:
    assert format_duration(0) == "0s"
