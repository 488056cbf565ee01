from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from sm_dns.admin.store_deeds import FOLDER, deed, finish
from sm_dns.monitor.store import read, retention
from sm_dns.monitor.store.retention import Hold, Plan
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "usage.db")) as found:
        found.add([row("ali")], KEY)
        yield found


def left(state: Path, kind: str, given: object) -> Path:
    """A deed that was recorded and not done."""
    folder = state / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / "lock").touch()
    file = folder / "0.json"
    file.write_text(json.dumps({"kind": kind, "given": given}))
    return file


HELD = Hold(1, START, START + HOUR, "inquiry", "officer1", 1.0, None)


def test_what_was_left_is_done_once(tmp_path: Path, store: Store) -> None:
    for _ in range(2):  # the second time as if the file had stayed
        file = left(tmp_path, "hold", HELD)
        finish(tmp_path, store)
        assert store.run(retention.holds) == [HELD]
        assert not file.exists()


def test_a_purge_that_is_done_late_keeps_what_came_to_be_held_meanwhile(tmp_path: Path, store: Store) -> None:
    store.run(lambda database: retention.put_hold(database, HELD))
    span = (0, START + 10 * HOUR)
    left(tmp_path, "purge", asdict(Plan("ANM 1/2026", (span,), (span,), 1, 1)))
    finish(tmp_path, store)
    with store.reading() as database:
        assert len(read.presence_of_all(database, 0, START + HOUR).hours) == 1


def test_who_only_looks_leaves_alone_what_a_command_is_doing(tmp_path: Path, store: Store) -> None:
    with deed(tmp_path, store):
        file = left(tmp_path, "hold", HELD)
        finish(tmp_path, store)
        assert file.exists()
    finish(tmp_path, store)
    assert not file.exists()


def test_a_command_waits_for_no_deed_that_cannot_be_read(tmp_path: Path, store: Store) -> None:
    """It says so instead: what is on record is not to be passed over in silence. Who only looks sees all the same."""
    file = left(tmp_path, "dance", [])
    finish(tmp_path, store)
    with pytest.raises(OSError, match="is no deed") as refused, deed(tmp_path, store):
        pass
    assert refused.value.filename == str(file)
