from __future__ import annotations

import hmac
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.pseudonym import Pseudonyms, load_or_make
from sm_dns.util.errors import BadInput


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["person", "device", "address"]))
def test_equal_subjects_have_equal_pseudonyms_and_others_do_not(one: str, other: str, kind: str) -> None:
    names = Pseudonyms(b"k" * 32)
    assert len(names.of(kind, one)) == 16
    assert (names.of(kind, one) == names.of(kind, other)) == (one == other)
    assert names.of(kind, one) != Pseudonyms(b"l" * 32).of(kind, one)


def test_it_is_the_hmac_of_the_standard() -> None:
    assert (
        Pseudonyms(b"k" * 32).of("person", "a1") == hmac.new(b"k" * 32, b"person\0a1", "sha256").digest()[:16]
    )


def test_a_person_is_not_the_device_of_the_same_name() -> None:
    names = Pseudonyms(b"k" * 32)
    assert names.of("person", "10.0.0.1") != names.of("address", "10.0.0.1")


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    made = load_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = load_or_make(path)
    assert (again.key_id, again.of("person", "a")) == (made.key_id, made.of("person", "a"))
    assert list(tmp_path.iterdir()) == [path]
    path.unlink()
    assert load_or_make(path).key_id != made.key_id


def test_many_first_starts_at_once_end_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: load_or_make(tmp_path / "key").key_id, range(16)))
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
