from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import MAX_NAME, ROOT, from_text, suffixes
from sm_dns.lists import index
from sm_dns.lists.entry import EXCEPTS_ALL, EXCEPTS_SHORTER, Entry, Match, Tag
from sm_dns.lists.index import NameIndex
from sm_dns.lists.index_writer import write_index
from sm_dns.util.errors import BadInput

SOCIAL = Tag("social", "facebook", "shipped:social/facebook.txt")
VIDEO = Tag("streaming", "tiktok", "shipped:streaming/tiktok.txt", answer="nxdomain")
TAGS = [SOCIAL, VIDEO, Tag("bypass", "canaries", "site:bypass.txt", signal=True)]


def wire(parts: list[bytes]) -> bytes:
    return b"".join(bytes([len(part)]) + part for part in parts).lower() + b"\0"


# Few different labels, so that names meet; some with any octet, dots and zero bytes included.
label = st.one_of(
    st.sampled_from([b"a", b"b", b"com", b"a.com", b"\x00", b"\x03com"]), st.binary(min_size=1, max_size=63)
)
names = st.lists(label, min_size=1, max_size=5).map(wire).filter(lambda name: len(name) <= MAX_NAME)
answers = st.sampled_from([None, "nodata", "refused"])
flags = st.booleans()
excepts = st.sampled_from([None, None, EXCEPTS_ALL, EXCEPTS_SHORTER])
entries = st.builds(Entry, names, flags, st.integers(1, 9_999_999), answers, flags, flags, excepts)
rows = st.lists(st.tuples(entries, st.sampled_from(TAGS)), max_size=30)


def compiled(path: Path, listed: list[tuple[Entry, Tag]]) -> NameIndex:
    write_index(path / "names.idx", listed)
    return NameIndex.open(path / "names.idx")


def told(listed: list[tuple[Entry, Tag]]) -> list[tuple[Entry, Tag]]:
    """Each entry with its tag, and in it what the entry says itself."""
    return [
        (
            entry,
            replace(
                tag,
                answer=entry.answer or tag.answer,
                signal=entry.signal or tag.signal,
                embedded=entry.embedded or tag.embedded,
                excepts=entry.excepts,
            ),
        )
        for entry, tag in listed
    ]


def reference(listed: list[tuple[Entry, Tag]], qname: bytes) -> list[set[tuple[Tag, bytes, bool]]]:
    """What covers a name, one set a level, by walking its labels over plain sets."""
    suffixed = {(entry.name, tag) for entry, tag in listed if not entry.exact}
    exact = {(entry.name, tag) for entry, tag in listed if entry.exact}
    levels = []
    for name in suffixes(qname):
        level = {(tag, name, False) for listed_name, tag in suffixed if listed_name == name}
        if name == qname:
            covered = {tag for tag, _, _ in level}
            level |= {(tag, name, True) for n, tag in exact if n == name and tag not in covered}
        if level:
            levels.append(level)
    return levels


def holding(levels: list[set[tuple[Tag, bytes, bool]]]) -> list[set[tuple[Tag, bytes, bool]]]:
    """The same without exceptions and what they take out of their own lists."""
    every = set().union(*levels)

    def is_out(tag: Tag, name: bytes, exact: bool) -> bool:
        return any(
            one.excepts == EXCEPTS_ALL or (len(name), exact) <= (len(other), alone)
            for one, other, alone in every
            if one.excepts is not None and one.list == tag.list
        )

    return [{row for row in level if row[0].excepts is None and not is_out(*row)} for level in levels]


@given(rows, st.lists(names, max_size=10), st.data())
def test_it_agrees_with_a_walk_over_plain_sets(
    listed: list[tuple[Entry, Tag]], others: list[bytes], data: st.DataObject
) -> None:
    below = [data.draw(label) for _ in range(2)]
    questions = others + [entry.name for entry, _ in listed]
    questions += [wire([part])[:-1] + name for part in below for name in questions]
    rows = told(listed)
    lines = {(entry.name, tag, entry.line) for entry, tag in rows}
    with tempfile.TemporaryDirectory() as directory:
        names = compiled(Path(directory), listed)
        assert len(names) == len({entry.name for entry, _ in listed})
        for qname in questions:
            found = names.lookup(qname)
            levels = holding(reference(rows, qname))
            assert [len(match.name) for match in found] == sorted((len(m.name) for m in found), reverse=True)
            assert len(found) == sum(map(len, levels))
            assert {(m.tag, m.name, m.exact) for m in found} == set().union(*levels)
            assert {(m.name, m.tag, m.line) for m in found} <= lines
        assert names.lookup(ROOT) == ()
        names.close()


def test_a_name_in_two_lists_gives_both_and_the_longest_comes_first(tmp_path: Path) -> None:
    com, tiktok = from_text("tiktok.com"), from_text("www.tiktok.com")
    names = compiled(
        tmp_path,
        [(Entry(com, False, 3), SOCIAL), (Entry(tiktok, True, 9), VIDEO), (Entry(com, False, 1), VIDEO)],
    )
    assert names.lookup(tiktok) == (
        Match(VIDEO, tiktok, True, 9),
        Match(SOCIAL, com, False, 3),
        Match(VIDEO, com, False, 1),
    )
    assert [match.name for match in names.lookup(from_text("a.www.tiktok.com"))] == [com, com]
    assert names.lookup(from_text("nottiktok.com")) == ()
    assert names.tags == (SOCIAL, VIDEO)


def test_an_entrys_answer_and_signal_reach_the_tag(tmp_path: Path) -> None:
    name = from_text("use-application-dns.net")
    names = compiled(tmp_path, [(Entry(name, True, 1, answer="nxdomain", signal=True), SOCIAL)])
    (match,) = names.lookup(name)
    assert (match.tag.answer, match.tag.signal, match.tag.service) == ("nxdomain", True, "facebook")


def test_a_name_below_a_visited_one_may_be_embedded(tmp_path: Path) -> None:
    site, button = from_text("facebook.com"), from_text("graph.facebook.com")
    names = compiled(
        tmp_path, [(Entry(site, False, 1), SOCIAL), (Entry(button, False, 2, embedded=True), SOCIAL)]
    )
    assert [match.tag.embedded for match in names.lookup(from_text("a.graph.facebook.com"))] == [True, False]
    assert [match.tag.embedded for match in names.lookup(from_text("www.facebook.com"))] == [False]


def test_an_exception_holds_within_its_list_and_not_beyond(tmp_path: Path) -> None:
    site, part, host = map(from_text, ("example.com", "good.example.com", "www.good.example.com"))
    names = compiled(
        tmp_path,
        [
            (Entry(site, False, 1), SOCIAL),
            (Entry(part, False, 2, excepts=EXCEPTS_SHORTER), SOCIAL),
            (Entry(host, False, 3), SOCIAL),
            (Entry(site, False, 1), VIDEO),
        ],
    )
    assert [match.tag for match in names.lookup(site)] == [SOCIAL, VIDEO]
    assert [match.tag for match in names.lookup(part)] == [VIDEO]
    assert [match.tag for match in names.lookup(from_text("a.good.example.com"))] == [VIDEO]
    assert [match.line for match in names.lookup(host)] == [3, 1]
    assert {match.tag.list for match in names.lookup(host)} == {SOCIAL.list, VIDEO.list}


def test_an_exception_of_everything_beats_longer_lines_too(tmp_path: Path) -> None:
    site, host = map(from_text, ("example.com", "ads.example.com"))
    names = compiled(
        tmp_path, [(Entry(site, False, 1, excepts=EXCEPTS_ALL), SOCIAL), (Entry(host, False, 2), SOCIAL)]
    )
    assert names.lookup(host) == ()


def test_a_line_for_one_name_beats_an_exception_for_all_below(tmp_path: Path) -> None:
    site = from_text("example.com")
    rows = [(Entry(site, True, 1), SOCIAL), (Entry(site, False, 2, excepts=EXCEPTS_SHORTER), SOCIAL)]
    names = compiled(tmp_path, rows)
    assert [match.line for match in names.lookup(site)] == [1]
    assert names.lookup(from_text("a.example.com")) == ()


def test_the_hash_alone_never_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Same:
        def copy(self) -> Same:
            return self

        def update(self, data: bytes) -> None:
            pass

        def digest(self) -> bytes:
            return bytes(8)

    monkeypatch.setattr(index, "_BEGUN", Same())
    listed = [from_text(f"n{number}.com") for number in range(20)]
    names = compiled(tmp_path, [(Entry(name, False, 1), SOCIAL) for name in listed])
    for name in listed:
        assert [match.name for match in names.lookup(b"\x03www" + name)] == [name]
    assert names.lookup(from_text("other.com")) == ()


def test_an_empty_index_matches_nothing(tmp_path: Path) -> None:
    names = compiled(tmp_path, [])
    assert len(names) == 0
    assert names.lookup(from_text("example.com")) == ()


def test_the_mapped_file_outlives_its_replacement(tmp_path: Path) -> None:
    name = from_text("example.com")
    old = compiled(tmp_path, [(Entry(name, False, 1), SOCIAL)])
    new = compiled(tmp_path, [])
    assert old.lookup(name) and not new.lookup(name)
    assert [path.name for path in tmp_path.iterdir()] == ["names.idx"]


def test_a_failed_compilation_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(tmp_path, [(Entry(from_text("example.com"), False, 1), SOCIAL)]).close()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_index(tmp_path / "names.idx", [])
    assert [path.name for path in tmp_path.iterdir()] == ["names.idx"]
    assert len(NameIndex.open(tmp_path / "names.idx")) == 1


def test_damage_is_noticed_on_opening(tmp_path: Path) -> None:
    path = tmp_path / "names.idx"
    compiled(tmp_path, [(Entry(from_text("example.com"), False, 1), SOCIAL)]).close()
    whole = path.read_bytes()
    damaged = {
        "empty": b"",
        "short": whole[:20],
        "truncated": whole[:-1],
        "longer": whole + b"\0",
        "other kind": b"notanidx" + whole[8:],
        "header": whole[:16] + b"\x09" + whole[17:],
        "tags": whole[:-3] + b"xyz",
    }
    for what, content in damaged.items():
        path.write_bytes(content)
        with pytest.raises(BadInput) as caught:
            NameIndex.open(path)
        assert caught.value.file == str(path), what
    path.unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        NameIndex.open(path)


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    names = compiled(tmp_path, [])
    names.close()
    names.close()
