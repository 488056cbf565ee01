from __future__ import annotations

import pytest

from tests.bench.load import Load, parse, parse_buckets, percentile
from tests.bench.service import BenchError

STATISTICS = """\
Statistics:

  Queries sent:         2000
  Queries completed:    1990 (99.50%)
  Queries lost:         10 (0.50%)

  Response codes:       NOERROR 1990 (100.00%)
  Average packet size:  request 33, response 49
  Run time (s):         0.500000
  Queries per second:   3980.000000
"""


def test_statistics_are_read() -> None:
    found = parse(STATISTICS)
    assert found == Load(completed=1990, lost=10, seconds=0.5)
    assert found.rate == 3980


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("NOERROR 1990 (100.00%)", "NOERROR 1000 (50.25%), SERVFAIL 990 (49.75%)"),
        ("NOERROR 1990 (100.00%)", "REFUSED 1990 (100.00%)"),
        ("completed:    1990", "completed:    0"),
        (STATISTICS, "Warning: no such file"),
    ],
)
def test_work_that_was_not_done_is_not_measured(said: str, instead: str) -> None:
    with pytest.raises(BenchError):
        parse(STATISTICS.replace(said, instead))


def test_buckets_are_read_with_their_instants() -> None:
    output = "[Status] Sending queries\n1795326.123456: 2000.500000\n1795326.223456: 0.000000\n" + STATISTICS
    assert parse_buckets(output) == [(1795326.123456, 2000.5), (1795326.223456, 0.0)]


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([float(number) for number in range(200)], 99) == 198
    assert percentile([7.0], 99) == 7
