from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.monitor.identity.leases.windows_times import DAY_FIRST, MONTH_FIRST, instant, order_of

ONE = 1786338000.0  # 2026-08-10T13:00:00+08:00
WRITTEN = Written(ONE - 3600, ZoneInfo("Asia/Kuala_Lumpur"))


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-10T13:00:00",
        "2026-08-10 13:00",
        "2026-08-10T05:00:00Z",
        "2026-08-10T05:00:00.0000000Z",
        "2026-08-10T13:00:00+08:00",
        "2026-08-10T13:00:00.455081+0800",
        "10/8/2026 1:00:00 PM",
        "10/08/2026 1:00:00 PTG",
        "10.08.2026 13:00:00",
        "2026/08/10 13:00:00",
        "10/8/26 13:00",
    ],
)
def test_a_time_in_many_spellings(text: str) -> None:
    assert instant(text, DAY_FIRST, WRITTEN) == ONE


def test_midnight_and_noon_have_halves() -> None:
    hours = [
        instant(f"10/8/2026 {text}", DAY_FIRST, WRITTEN) for text in ("12:00 AM", "12:00 PG", "12:00 PM")
    ]
    assert hours == [ONE - 13 * 3600, ONE - 13 * 3600, ONE - 3600]


@pytest.mark.parametrize(
    "text", ["", "x", "10/13/2026 99:00", "2026-02-30T00:00:00", "10/8/2026", "0/0/0 0:00"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert instant(text, DAY_FIRST, WRITTEN) is None


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["10/8/2026 13:00", "23/8/2026 13:00"], DAY_FIRST),
        (["8/10/2026 13:00", "8/23/2026 13:00"], MONTH_FIRST),
        (["10/8/2026 13:00"], DAY_FIRST),  # two months from now, or today
        (["8/10/2026 13:00"], MONTH_FIRST),
        (["8/10/2026 13:00", "9/10/2026 13:00"], MONTH_FIRST),
        ([], DAY_FIRST),
    ],
)
def test_the_order_of_days_and_months_is_the_files(texts: list[str], order: tuple[int, int, int]) -> None:
    assert order_of(texts, WRITTEN) == order


@given(st.text(alphabet="0123456789/.-: TZ+APMptg²", max_size=30))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = instant(text, order_of([text], WRITTEN), WRITTEN)
    assert found is None or 0 <= found + 86_400 < 1e12
