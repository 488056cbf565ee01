from __future__ import annotations

import json
import multiprocessing
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.state import audit, chain
from sm_dns.util.errors import BadInput

NOW = 1_786_338_000.0


def add(path: Path, target: str = "example.com") -> chain.Record:
    return audit.append(path, at=NOW, who="officer1", action="domains add", target=target, why="asked for")


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    for number in range(5):
        add(path, f"{number}.example.com")
    return path


def test_a_record_says_who_what_when_and_why(tmp_path: Path) -> None:
    path = tmp_path / "state" / "audit.jsonl"
    record = audit.append(
        path,
        at=NOW,
        who="officer1",
        action="domains add",
        target="x",
        why="s\udcff",
        detail={"before": None, "after": 1},
    )
    assert tuple(json.loads(path.read_text())) == chain.FIELDS
    assert list(audit.read(path)) == [record]
    assert record.at == "2026-08-10T05:00:00Z"
    assert record.prev == chain.START


def test_a_whole_chain_is_whole(trail: Path) -> None:
    verdict = audit.verify(trail)
    assert verdict.ok
    assert verdict.records == 5
    assert verdict.last_hash == list(audit.read(trail))[-1].hash


def test_nothing_yet_is_whole(tmp_path: Path) -> None:
    assert audit.verify(tmp_path / "audit.jsonl").ok
    assert list(audit.read(tmp_path / "audit.jsonl")) == []


def test_nothing_where_there_was_something_is_not_whole(trail: Path) -> None:
    """The file and its head are both gone: no record is no good sign then, and the next one says so."""
    trail.unlink()
    trail.with_name("audit.jsonl.head").unlink()
    verdict = audit.verify(trail)
    assert (verdict.ok, str(verdict.problem)) == (False, "the file is missing, and its head file too")
    add(trail)
    assert audit.verify(trail).ok
    first, second = audit.read(trail)
    assert first.action == audit.RECOVERED
    assert first.why == "the file and its head file were missing"
    assert second.action == "domains add"


@pytest.mark.parametrize("left", ["generations/00000007/policy.json", "monitor/usage.db", "exemptions.json"])
def test_nothing_beside_what_a_service_leaves_is_not_whole(tmp_path: Path, left: str) -> None:
    for file in ("control.sock", "serve.lock"):
        (tmp_path / file).touch()
    assert audit.verify(tmp_path / "audit.jsonl").ok
    (tmp_path / left).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / left).touch()
    problem = audit.verify(tmp_path / "audit.jsonl").problem
    assert problem is not None
    assert f"though {tmp_path} was in use ({left.split('/')[0]})" in str(problem)


def test_a_first_record_says_nothing_of_a_loss(tmp_path: Path) -> None:
    (tmp_path / "generations").mkdir()  # made before the service says that it started
    add(tmp_path / "audit.jsonl")
    assert [each.action for each in audit.read(tmp_path / "audit.jsonl")] == ["domains add"]


def _reseal(line: bytes) -> bytes:
    """An edit by somebody who knows how hashes are made."""
    record = replace(chain.parse(line), who="somebody else")
    return chain.line_of(replace(record, hash=chain.hash_of(record)))


TAMPERINGS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int]] = {
    "edited": (lambda lines: [lines[0], lines[1].replace(b"1.example", b"9.example"), *lines[2:]], 2),
    "edited in white space": (lambda lines: [lines[0], lines[1].replace(b":", b": ", 1), *lines[2:]], 2),
    "edited with a new hash": (lambda lines: [*lines[:2], _reseal(lines[2]), *lines[3:]], 4),
    "last edited with a new hash": (lambda lines: [*lines[:4], _reseal(lines[4])], 5),
    "removed": (lambda lines: [*lines[:2], *lines[3:]], 3),
    "first removed": (lambda lines: lines[1:], 1),
    "reordered": (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
    "repeated": (lambda lines: [*lines[:2], lines[1], *lines[2:]], 3),
    "end cut off": (lambda lines: lines[:3], 4),
    "cut inside a line": (lambda lines: [*lines[:4], lines[4][:-10]], 5),
    "emptied": (lambda lines: [], 1),
    "foreign line": (lambda lines: [*lines, b"{}\n"], 6),
    "blank line": (lambda lines: [*lines[:3], b"\n", *lines[3:]], 4),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_with_its_line(trail: Path, name: str) -> None:
    change, line = TAMPERINGS[name]
    trail.write_bytes(b"".join(change(trail.read_bytes().splitlines(keepends=True))))
    verdict = audit.verify(trail)
    assert not verdict.ok
    assert verdict.line == line
    # It stays found, whatever is written afterwards; only an unfinished last line is mended in the open.
    add(trail)
    assert not audit.verify(trail).ok


def test_a_removed_file_or_head_is_found(trail: Path) -> None:
    head = trail.with_name("audit.jsonl.head")
    text = head.read_text()
    head.unlink()
    assert str(audit.verify(trail).problem) == "the head file is missing"
    head.write_text("{}")
    assert str(audit.verify(trail).problem) == "the head file names only 0 records"
    head.write_text("nonsense")
    assert str(audit.verify(trail).problem) == "the head file is damaged"
    head.write_text(text)
    assert audit.verify(trail).ok
    trail.unlink()
    assert str(audit.verify(trail).problem) == "the file is missing: it had 5 records"


def test_a_lost_head_is_replaced_in_the_open(trail: Path) -> None:
    trail.with_name("audit.jsonl.head").unlink()
    add(trail)
    assert audit.verify(trail).ok
    assert [record.action for record in audit.read(trail)][-2:] == [audit.RECOVERED, "domains add"]


@pytest.mark.parametrize("before", [0, 5])
def test_a_crash_between_line_and_head_loses_nothing(tmp_path: Path, before: int) -> None:
    """T19: power loss."""
    path = tmp_path / "audit.jsonl"
    head = tmp_path / "audit.jsonl.head"
    for _ in range(before):
        add(path)
    old = head.read_bytes() if before else None
    add(path, "the crash came after this line")
    head.write_bytes(old) if old else head.unlink()
    assert audit.verify(path).ok
    add(path)
    assert audit.verify(path).records == before + 2


@pytest.mark.parametrize("before", [0, 5])
def test_a_line_that_a_crash_left_unfinished_is_cut_in_the_open(tmp_path: Path, before: int) -> None:
    path = tmp_path / "audit.jsonl"
    for _ in range(before):
        add(path)
    with path.open("ab") as stream:
        stream.write(b'{"seq":')
    assert audit.verify(path).line == before + 1
    add(path)
    assert audit.verify(path).ok
    recovered = list(audit.read(path))[before]
    assert recovered.action == audit.RECOVERED
    assert '{"seq":' in recovered.why


def test_reading_a_damaged_file_names_the_line(trail: Path) -> None:
    with trail.open("ab") as stream:
        stream.write(b"{}\n")
    with pytest.raises(BadInput, match=re.escape(f"{trail}:6: ")):
        list(audit.read(trail))


def _add_many(path: Path) -> None:
    for _ in range(10):
        add(path)


def test_several_writers_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_add_many, args=(path,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert audit.verify(path).records == 30
    assert audit.verify(path).ok


@given(st.data())
def test_any_changed_octet_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("audit") / "audit.jsonl"
    for _ in range(3):
        add(path)
    octets = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(octets)
    assert not audit.verify(path).ok


def test_the_user_behind_sudo_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "officer1")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert audit.current_user() == "officer1"
    # Only root can have come through sudo; everybody can set variables.
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setenv("LOGNAME", "faridah")
    assert audit.current_user() == "root"
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert audit.current_user() == "uid 4000000"
