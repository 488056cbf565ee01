"""Heads of the others' audits: one an hour is kept, and another history is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.fleet.heads import EVERY_SECONDS, MAX_HEADS, HeadBook, Proof, ToldHead, judged, prove
from sm_dns.state import audit
from sm_dns.util.message import NOTHING, Message


def told(seq: int, digest: str = "") -> ToldHead:
    return ToldHead("two", seq, digest or f"{seq:064x}")


def test_one_an_hour_is_kept_of_the_others_alone(tmp_path: Path) -> None:
    book = HeadBook(tmp_path)
    for minute in range(0, 181, 10):
        book.note([told(minute + 1), ToldHead("one", 5, "a")], "one", 60.0 * minute)
    assert [each.seq for each in book.of("two")] == [1, 61, 121, 181]
    assert book.of("one") == ()
    assert HeadBook(tmp_path).of("two") == book.of("two"), "it is on the disk"


def test_they_are_bounded_and_the_first_stays(tmp_path: Path) -> None:
    book = HeadBook(tmp_path)
    for hour in range(MAX_HEADS + 5):
        book.note([told(hour + 1)], "one", EVERY_SECONDS * hour)
    kept = book.of("two")
    assert len(kept) == MAX_HEADS and (kept[0].seq, kept[-1].seq) == (1, MAX_HEADS + 5)


@pytest.mark.parametrize("now", [told(4), told(7, "f" * 64)])
def test_a_chain_that_is_shorter_or_another_is_seen_at_once(tmp_path: Path, now: ToldHead) -> None:
    book = HeadBook(tmp_path)
    book.note([told(7)], "one", 0.0)
    assert not book.contradicted
    book.note([now], "one", 10.0)
    assert set(book.contradicted) == {"two"}
    assert [each.seq for each in book.of("two")] == [7], "what was kept stays"


def test_a_proof_is_held_against_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / audit.FILE
    for number in range(3):
        audit.append(path, at=float(number), who="x", action="pause", target="")
    book = HeadBook(tmp_path / "other")
    records = list(audit.read(path))
    book.note([ToldHead("two", 2, records[1].hash)], "one", 0.0)
    kept = book.of("two")
    assert not judged(kept, prove(tmp_path, (2,)))
    assert prove(tmp_path, (2, 9)).hashes == (records[1].hash, "")
    for proof, said in (
        (Proof(("0" * 64,), NOTHING), "is another one"),
        (Proof(("",), NOTHING), "is missing"),
        (Proof((), NOTHING), "does not say"),
        (Proof((), Message("line 2 was edited")), "was edited"),
    ):
        assert said in str(judged(kept, proof))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[1].replace("pause", "close") + lines[2])
    assert prove(tmp_path, (2,)).problem
