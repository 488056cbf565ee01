from __future__ import annotations

from pathlib import Path

from sm_dns.monitor.store.sink import Sink
from sm_dns.monitor.store.store import Store
from tests.support.sinks import MemorySink


def test_the_store_and_the_tests_one_are_sinks(tmp_path: Path) -> None:
    sinks: list[Sink] = [Store(tmp_path / "usage.db"), MemorySink()]
    for sink in sinks:
        sink.note_running(1.0)
        sink.close()
