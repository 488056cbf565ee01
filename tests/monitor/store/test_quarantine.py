from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.monitor.store import quarantine
from sm_dns.monitor.store.error import StoreError


def test_a_damaged_store_keeps_its_octets_and_its_side_files_under_a_clear_name(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    for number, name in enumerate(("usage.db.damaged", "usage.db.damaged-2")):
        store.write_bytes(bytes(10 + number))
        Path(f"{store}-wal").write_bytes(b"side")
        old = quarantine.set_aside(store)
        assert (old.name, old.read_bytes(), Path(f"{old}-wal").read_bytes()) == (
            name,
            bytes(10 + number),
            b"side",
        )
    assert [path.name for path in quarantine.damaged(store)] == ["usage.db.damaged", "usage.db.damaged-2"]
    assert not list(tmp_path.glob("usage.db-*"))


def test_a_text_that_somebody_named_by_mistake_stays(tmp_path: Path) -> None:
    store = tmp_path / "sm-dns.yaml"
    store.write_text("listen: []\n")
    with pytest.raises(StoreError, match="a text and no store"):
        quarantine.set_aside(store)
    assert store.read_text() == "listen: []\n"


def test_a_disk_that_damages_everything_is_not_filled(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    for _ in range(quarantine.MAX_DAMAGED):
        store.write_bytes(bytes(10))
        quarantine.set_aside(store)
    store.write_bytes(bytes(10))
    with pytest.raises(StoreError, match="is the disk failing"):
        quarantine.set_aside(store)
    assert store.exists()
