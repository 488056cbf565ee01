from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest

from sm_dns.util import files
from sm_dns.util.errors import BadInput
from tests.conftest import require_root


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "social.txt"
    path.write_text("old")
    files.atomic_write(path, b"new", mode=0o640)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T19: a full disk."""
    path = tmp_path / "social.txt"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.atomic_write(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_root_writes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    require_root()
    os.chown(tmp_path, 1234, 1235)
    files.make_directory(tmp_path / "a" / "b")
    files.atomic_write(tmp_path / "a" / "b" / "f", b"")
    for path in (tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "f"):
        assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1235)


@pytest.mark.timeout(5)
def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(BadInput, match="not a regular file"):
        files.read_regular(tmp_path / "fifo", limit=10)
    with pytest.raises(BadInput, match="not a regular file"):
        files.read_regular(tmp_path, limit=10)


def test_size_missing_and_encoding_are_named(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with pytest.raises(BadInput, match="No such file"):
        files.read_regular(path, limit=3)
    path.write_bytes(b"abc")
    assert files.read_regular(path, limit=3) == b"abc"
    with pytest.raises(BadInput, match="larger than 2"):
        files.read_regular(path, limit=2)
    path.write_bytes(b"good\n\xff\n")
    with pytest.raises(BadInput) as caught:
        files.read_text(path, limit=100)
    assert caught.value.line == 2


def test_a_lock_keeps_others_out(tmp_path: Path) -> None:
    order: list[str] = []

    def other() -> None:
        with files.locked(tmp_path / "lock"):
            order.append("other")

    with files.locked(tmp_path / "lock"):
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as told:
        files.atomic_write(tmp_path / "none" / "file", b"")
    assert (told.value.filename, told.value.strerror) == (str(tmp_path / "none"), "there is no such folder")


def test_the_parts_replace_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    files.write_atomically(path, [b"new ", b"text"], mode=0o600)
    assert path.read_bytes() == b"new text"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def parts() -> list[bytes]:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        files.write_atomically(path, (part for _ in [0] for part in parts()))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_named_for_output_is_replaced_where_it_is_a_file_and_else_written_into(
    tmp_path: Path,
) -> None:
    file, link, pipe = tmp_path / "file", tmp_path / "link", tmp_path / "pipe"
    files.write_output(file, b"one", mode=0o640)
    assert file.read_bytes() == b"one" and stat.S_IMODE(file.stat().st_mode) == 0o640
    link.symlink_to(file)
    files.write_output(link, b"two", mode=0o640)
    assert link.is_symlink() and file.read_bytes() == b"two"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write_output(pipe, b"three", mode=0o640)
    assert os.read(reader, 9) == b"three" and stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)
