from __future__ import annotations

from pathlib import Path

from sm_dns.dns.codes import Type
from sm_dns.dns.names import from_text, to_text
from sm_dns.dns.scan import scan
from tests.bench import questions


def test_a_question_is_well_formed() -> None:
    found = scan(questions.question("www.site0001.corp", Type.AAAA, b"01234567"))
    assert (found.qname, found.qtype) == (from_text("www.site0001.corp"), Type.AAAA)
    assert found.edns is not None
    assert found.edns.size == 1232
    assert scan(questions.question("a.corp")).edns is None


def test_no_miss_is_asked_twice() -> None:
    first, second = (questions.misses(500, series) for series in ("r1", "r2"))
    assert len({*first, *second}) == 1_000


def test_the_mixture_is_what_it_says() -> None:
    count = 20_000
    mixed = [scan(message) for message in questions.mixed(count)]
    denied = set(map(from_text, questions.DENIED))
    assert abs(sum(one.qname in denied for one in mixed) / count - 0.1) < 0.02
    assert abs(sum(one.edns is not None for one in mixed) / count - 1 / 3) < 0.02
    assert {one.qtype for one in mixed} == {Type.A, Type.AAAA, Type.HTTPS}
    assert questions.mixed(count) == questions.mixed(count), "every run asks the same"


def test_warming_asks_each_name_and_type_once() -> None:
    mixed = questions.mixed(2_000)
    warm = [scan(message) for message in questions.without_repetitions(mixed)]
    asked = {(one.qname, one.qtype) for one in map(scan, mixed)}
    assert {(one.qname, one.qtype) for one in warm} == asked
    assert len(warm) == len(asked)
    assert all(one.edns is None for one in warm)


def test_files_hold_messages_after_their_lengths(tmp_path: Path) -> None:
    path = questions.write(tmp_path / "two", [b"abc", b"d"])
    assert path.read_bytes() == b"\0\3abc\0\1d"


def test_no_server_answers_the_names_by_itself() -> None:
    assert to_text(from_text(questions.CACHED[0])).endswith(".corp")
