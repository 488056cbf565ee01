from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sm_dns.monitor.secret_file import load_or_make
from sm_dns.util.errors import BadInput


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = load_or_make(path)
    assert len(made) == 32 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(path) == made
    assert list(tmp_path.iterdir()) == [path]


def test_many_first_starts_at_once_end_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: load_or_make(tmp_path / "key"), range(16)))
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize(
    "text", ["", "abc\n", "zz" * 32 + "\n", "00" * 31 + "\n", "00" * 33 + "\n", "\udcff"]
)
def test_a_file_without_a_key_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(text.encode(errors="surrogateescape"))
    path.chmod(0o600)
    with pytest.raises(BadInput, match="holds no key"):
        load_or_make(path)
    assert path.read_bytes() == text.encode(errors="surrogateescape")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    load_or_make(path)
    path.chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        load_or_make(path)


def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(BadInput, match="not a regular file"):
        load_or_make(tmp_path / "key")


def test_without_a_folder_the_disk_is_to_blame(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        load_or_make(tmp_path / "nowhere" / "key")
