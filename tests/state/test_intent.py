from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sm_dns.state import audit, intent
from sm_dns.state.audit import Trail
from sm_dns.state.intent import Removed, Replaced
from tests.conftest import require_root

NOON = 1_786_334_400.0


def changed(trail: Trail, *files: Replaced | Removed) -> None:
    with trail.turn() as turn:
        turn.change("x", "y", why="", detail={}, files=files)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / audit.FILE


def left_behind(path: Path, **changes: object) -> Path:
    """The intent of the last record, as a process leaves it that is killed just behind the record."""
    head = json.loads(path.with_name(f"{path.name}.head").read_text())
    file = path.with_name(f"{path.name}.intent")
    file.write_text(json.dumps({"hash": head["hash"], "start": head["start"], **changes}))
    return file


def test_files_are_replaced_and_removed_with_their_record(tmp_path: Path, path: Path) -> None:
    trail = Trail(path, "officer1", lambda: NOON)
    (tmp_path / "old").write_text("old")
    changed(trail, Replaced(tmp_path / "sub" / "new", b"new", 0o640), Removed(tmp_path / "old"))
    assert (tmp_path / "sub" / "new").read_bytes() == b"new"
    assert (tmp_path / "sub" / "new").stat().st_mode & 0o777 == 0o640
    assert not (tmp_path / "old").exists()
    assert [each.action for each in audit.read(path)] == ["x"]
    assert {each.name for each in path.parent.iterdir()} == {
        audit.FILE,
        f"{audit.FILE}.head",
        f"{audit.FILE}.lock",
    }


def test_what_is_recorded_and_not_yet_done_is_done_by_the_next_turn_and_at_the_start(
    tmp_path: Path, path: Path
) -> None:
    trail = Trail(path, "officer1", lambda: NOON)
    ways: list[Callable[[], None]] = [
        lambda: audit.settle(path),
        lambda: changed(trail, Replaced(tmp_path / "b", b"2")),
    ]
    for finish in ways:
        trail.note("domains add", "x")
        (tmp_path / ".a.draft").write_text("done")
        (tmp_path / "a").unlink(missing_ok=True)
        left_behind(path, steps=[[str(tmp_path), "a", ".a.draft"], [str(tmp_path), "gone", None]])
        finish()
        assert (tmp_path / "a").read_text() == "done"
        assert not intent.is_left(path)


def test_what_is_not_recorded_is_forgotten(tmp_path: Path, path: Path) -> None:
    trail = Trail(path, "officer1", lambda: NOON)
    trail.note("domains add", "x")
    (tmp_path / ".a.draft").write_text("half")
    left_behind(path, hash="0" * 64, steps=[[str(tmp_path), "a", ".a.draft"], [str(tmp_path), "kept", None]])
    (tmp_path / "kept").write_text("kept")
    audit.settle(path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kept", "var"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"hash": 1, "start": 0, "steps": []}',
        '{"hash": "x", "start": "y", "steps": 3}',
    ],
)
def test_an_intent_that_is_none_stops_nobody(tmp_path: Path, path: Path, text: str) -> None:
    trail = Trail(path, "officer1", lambda: NOON)
    trail.note("x", "y")
    left_behind(path).write_text(text)
    changed(trail, Replaced(tmp_path / "a", b"1"))
    assert (tmp_path / "a").read_bytes() == b"1"
    assert not intent.is_left(path)


@pytest.mark.parametrize("name", ["../up", "a/b", "..", ".", ""])
def test_a_name_leads_into_no_other_folder(tmp_path: Path, path: Path, name: str) -> None:
    Trail(path, "officer1", lambda: NOON).note("x", "y")
    (tmp_path / "sub").mkdir()
    (tmp_path / "up").write_text("kept")
    left_behind(path, steps=[[str(tmp_path / "sub"), name, None]])
    assert intent.interrupted(path) is None
    assert (tmp_path / "up").exists()


def test_root_finishes_no_change_of_a_user_in_a_folder_of_others(tmp_path: Path, path: Path) -> None:
    """The service's user may write into its own state, and must not have root remove files elsewhere."""
    require_root()
    Trail(path, "officer1", lambda: NOON).note("x", "y")
    (tmp_path / "theirs").write_text("kept")
    file = left_behind(path, steps=[[str(tmp_path), "theirs", None]])
    os.chown(file, 1234, 1234)
    with pytest.raises(PermissionError):
        audit.settle(path)
    assert (tmp_path / "theirs").exists()
    os.chown(tmp_path, 1234, 1234)
    audit.settle(path)
    assert not (tmp_path / "theirs").exists()


def test_a_change_waits_for_what_cannot_be_finished_and_a_record_does_not(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = Trail(path, "officer1", lambda: NOON)
    trail.note("x", "y")
    (tmp_path / ".a.draft").write_text("done")
    left_behind(path, steps=[[str(tmp_path), "a", ".a.draft"]])

    def refuse(*given: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", refuse)
        with pytest.raises(PermissionError, match="/a"):
            changed(trail, Replaced(tmp_path / "b", b"1"))
        trail.note("looked", "on")
    assert [each.action for each in audit.read(path)] == ["x", "looked"]
    changed(trail, Replaced(tmp_path / "b", b"1"))
    assert (tmp_path / "a").read_text() == "done"
    assert audit.verify(path).ok
