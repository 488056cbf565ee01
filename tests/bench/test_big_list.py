from __future__ import annotations

from tests.bench import big_list
from tests.bench.big_list import Figures, long_list

GOOD = Figures(3.0, 2.0, 5.0, 20.0, 6.0, 1000.0, 1900.0, 9000.0, 0)


def test_the_long_list_names_nothing_twice() -> None:
    names = long_list()
    assert len(set(names)) == big_list.NAMES


def test_every_bar_counts() -> None:
    assert GOOD._replace(added_start_seconds=0.2).is_within_bars()
    assert not GOOD.is_within_bars()
    good = GOOD._replace(added_start_seconds=0.2)
    assert not good._replace(compile_seconds=4.1).is_within_bars()
    assert not good._replace(added_private_mib=12.5).is_within_bars()
    assert not good._replace(reload_p99_us=2001.0).is_within_bars()
    assert not good._replace(lost=1).is_within_bars()
