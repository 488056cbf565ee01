from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.monitor.store import read
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.store import Store
from tests.bench.usage_store import MIDNIGHT, NO_SUMS, cells, fill, look_at_sums, main, reports


def test_as_many_rows_come_as_were_asked_for() -> None:
    made = [each for day in cells(50, 2, 4000) for each in day]
    assert 3500 < sum(each.persons for each in made if each.label != EVERYTHING) < 4500
    assert len({each[:3] for each in made}) == len(made)


def test_reports_say_the_same_with_sums_and_without(tmp_path: Path) -> None:
    store = Store(tmp_path / "usage.db")
    assert fill(store, 50, 2, 4000) > 3500
    with store.reading() as database:
        found = read.presence(database, MIDNIGHT, MIDNIGHT + 86_400, lambda label: True)
        every = read.presence_of_all(database, MIDNIGHT, MIDNIGHT + 86_400)
    assert found == every
    told = [report(store) for report in reports(2).values()]
    look_at_sums(tmp_path / "usage.db", since=NO_SUMS)
    assert [report(store) for report in reports(2).values()] == told
    store.close()


def test_a_small_store_keeps_the_bar_of_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(tmp_path, 50, 2, 2000)
    assert "of what it costs without sums  usage of one service" in capsys.readouterr().out
    assert next(tmp_path.glob("usage-*.db")).stat().st_size < 2000 * 400
