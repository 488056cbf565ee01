from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.reporting.store import open_store
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput


def test_the_store_is_opened_where_there_is_one_and_never_made(tmp_path: Path) -> None:
    file = tmp_path / "sm-dns.yaml"
    file.write_text("schedules: {default: {}}\nmonitoring: {store: usage.db}\n")
    settings = load_settings(file)
    with pytest.raises(BadInput, match="no store yet"), open_store(settings):
        pass
    assert not (tmp_path / "usage.db").exists()
    made = Store(tmp_path / "usage.db")
    made.note_running(0.0)
    made.close()
    with open_store(settings) as store, store.reading() as database:
        assert database.check() == []
