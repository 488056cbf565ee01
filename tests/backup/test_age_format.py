"""The format of age: written here and read by the real `age`, and the other way round; nothing altered is read."""

from __future__ import annotations

import io
import os
import pty
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.backup import age_format
from sm_dns.backup.age_format import CHUNK, TAG, Reader, Writer
from sm_dns.util.errors import BadInput
from tests.conftest import require

PASSPHRASE = b"correct horse battery staple"
SIZES = [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]


def encrypted(plain: bytes, passphrase: bytes = PASSPHRASE) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream, passphrase)
    writer.write(plain)
    writer.finish()
    return stream.getvalue()


def opened(data: bytes, passphrase: bytes = PASSPHRASE) -> bytes:
    return Reader(io.BytesIO(data), passphrase).read()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_format, "WORK", 4)


@pytest.mark.parametrize("size", [0, *SIZES])
def test_what_is_written_reads_back(size: int) -> None:
    plain = os.urandom(size)
    assert opened(encrypted(plain)) == plain


def test_two_files_of_the_same_have_nothing_in_common() -> None:
    first, second = encrypted(b"x"), encrypted(b"x")
    assert first[40:] != second[40:]


def at_a_terminal(passphrase: bytes, *command: str) -> bytes:
    """Run `age` at a terminal of its own, for it asks for a passphrase nowhere else."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    said = b""
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            said += (more := os.read(terminal, 1024))
            if more.rstrip().endswith(b":"):
                os.write(terminal, passphrase + b"\n")
    except OSError:  # the end of what it says
        pass
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said
    return said


@pytest.mark.parametrize("size", SIZES)
def test_age_itself_opens_it(tmp_path: Path, size: int) -> None:
    require("age")
    plain = os.urandom(size)
    (tmp_path / "x.age").write_bytes(encrypted(plain))
    at_a_terminal(PASSPHRASE, "age", "--decrypt", "--output", str(tmp_path / "x"), str(tmp_path / "x.age"))
    assert (tmp_path / "x").read_bytes() == plain


def test_what_age_writes_is_read(tmp_path: Path) -> None:
    require("age")
    plain = os.urandom(2 * CHUNK + 5)
    (tmp_path / "x").write_bytes(plain)
    at_a_terminal(PASSPHRASE, "age", "--passphrase", "--output", str(tmp_path / "x.age"), str(tmp_path / "x"))
    assert opened((tmp_path / "x.age").read_bytes()) == plain


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(BadInput, match="another passphrase"):
        opened(encrypted(b"secret"), b"correct horse battery stable")


def test_every_octet_counts() -> None:
    data = encrypted(b"a short secret")
    for at in range(len(data)):
        for bit in (0x01, 0x80):
            altered = bytearray(data)
            altered[at] ^= bit
            with pytest.raises(BadInput):
                opened(bytes(altered))
    for end in range(len(data)):
        with pytest.raises(BadInput):
            opened(data[:end])
    with pytest.raises(BadInput):
        opened(data + b"\0")


@given(st.data())
def test_no_chunk_is_lost_moved_or_repeated(data: st.DataObject) -> None:
    whole = encrypted(os.urandom(3 * CHUNK + 11))
    size = CHUNK + TAG
    body = whole.index(b"\n--- ") + 49 + 16
    head = whole[:body]
    chunks = [whole[at : at + size] for at in range(body, len(whole), size)]
    order = data.draw(st.lists(st.integers(0, 3), max_size=5))
    if order == [0, 1, 2, 3]:
        return
    with pytest.raises(BadInput):
        opened(head + b"".join(chunks[each] for each in order))


def test_more_work_than_age_asks_for_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encrypted(b"x").replace(b" 4\n", b" 31\n", 1)
    with pytest.raises(BadInput, match="more work"):
        opened(data)


@pytest.mark.parametrize(
    "data", [b"", b"age-encryption.org/v1\n", b"PK\3\4", b"age-encryption.org/v1\n-> X25519 x\n"]
)
def test_what_is_no_such_file(data: bytes) -> None:
    with pytest.raises(BadInput):
        opened(data)
