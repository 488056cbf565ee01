from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.listing import includes
from sm_dns.admin.listing.includes import MAX_DEPTH, MAX_INCLUDES, with_includes
from sm_dns.util.download import FetchFailed


def whole(files: Mapping[str, bytes], asked: list[str] | None = None) -> list[str]:
    """The lines of `main` with what it includes, comments left out."""

    def beside(name: str) -> bytes:
        if asked is not None:
            asked.append(name)
        if name not in files:
            raise FetchFailed("missing")
        return files[name]

    lines = with_includes(files["main"], beside).decode().split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def test_a_body_without_includes_stays_the_same_object() -> None:
    body = b"a.example\n# nothing\n"
    assert with_includes(body, lambda name: b"") is body


def test_lines_of_the_list_keep_their_numbers() -> None:
    body = with_includes(b"include:x\na.example\n", lambda name: b"b.example").split(b"\n")
    assert body == [b"# include:x", b"a.example", b"", b"# include:x", b"b.example"]


def test_attributes_choose_lines() -> None:
    other = b"a @ads\nb @ads @cn\nc\ndomain:d:@ads\ndomain:e:@cn,@ads\n"
    assert whole({"main": b"include:x @ads", "x": other}) == [
        "a @ads",
        "b @ads @cn",
        "domain:d:@ads",
        "domain:e:@cn,@ads",
    ]
    assert whole({"main": b"include:x @ads @-cn", "x": other}) == ["a @ads", "domain:d:@ads"]
    assert whole({"main": b"include:x @-ads # why", "x": other}) == ["c"]


def test_attributes_hold_for_what_is_included_further() -> None:
    files = {"main": b"include:x @ads", "x": b"include:y\na @ads", "y": b"b @ads\nc"}
    assert whole(files) == ["a @ads", "b @ads"]


def test_lists_that_include_each_other_end() -> None:
    asked: list[str] = []
    files = {"main": b"include:x\ninclude:x\na", "x": b"include:y\nb", "y": b"include:x\nc"}
    assert whole(files, asked) == ["a", "b", "c"]
    assert asked == ["x", "y"]


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "..", "http://a/b", "", "a%2fb", '"/etc/x"', "x?y"])
def test_only_what_lies_beside_is_fetched(name: str) -> None:
    assert whole({"main": b"include:" + name.encode()}) == [f"include:{name}"]


def test_a_missing_part_makes_the_whole_fail() -> None:
    with pytest.raises(FetchFailed, match="include:x: missing"):
        whole({"main": b"include:x"})


def test_number_depth_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {str(number): b"a" for number in range(MAX_INCLUDES)}
    many["main"] = b"\n".join(b"include:" + name.encode() for name in many)
    assert len(whole(many)) == MAX_INCLUDES
    many["0"] = b"include:1 @x"
    with pytest.raises(FetchFailed, match=f"more than {MAX_INCLUDES} includes"):
        whole(many)
    deep = {str(number): b"include:%d" % (number + 1) for number in range(MAX_DEPTH + 1)}
    with pytest.raises(FetchFailed, match=f"more than {MAX_DEPTH} deep"):
        whole({"main": b"include:0", **deep})
    monkeypatch.setattr(includes, "MAX_OCTETS", 3)
    with pytest.raises(FetchFailed, match="over 3 octets"):
        whole({"main": b"include:x", "x": b"aaaa"})


parts = st.sampled_from(
    [b"include:", b"x", b" @ads", b" @-ads", b"\n", b"main", b"#", b":@ads", b"\xff", b"a.example"]
)
bodies = st.lists(parts, max_size=12).map(b"".join)


@given(bodies, bodies)
def test_any_lists_end_within_the_bounds(main: bytes, other: bytes) -> None:
    try:
        found = with_includes(main, lambda name: {"x": other, "main": main}.get(name, b""))
    except FetchFailed:
        return
    assert len(found) <= (MAX_INCLUDES + 1) * (len(main) + len(other) + 40)
