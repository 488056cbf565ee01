from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import from_json, to_json


@dataclass(frozen=True)
class Inner:
    name: bytes
    place: Path


class Pair(NamedTuple):
    size: int
    place: bytes = b""


@dataclass(frozen=True)
class Whole:
    is_on: bool
    number: int
    share: float
    text: str
    rows: tuple[tuple[str, int], ...]
    named: dict[bytes, tuple[int, ...]]
    names: frozenset[bytes]
    inner: Inner | None
    word: Literal["on", "off"]
    pairs: tuple[Pair, ...]


WHOLE = Whole(
    True,
    7,
    0.5,
    "x",
    (("a", 1), ("b", 2)),
    {b"\1a\0": (3,)},
    frozenset({b"\0"}),
    Inner(b"\xff", Path("/x")),
    "on",
    (Pair(1, b"\0"),),
)
JSON = to_json(WHOLE)

wholes = st.builds(
    Whole,
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.lists(st.tuples(st.text(), st.integers())).map(tuple),
    st.dictionaries(st.binary(), st.lists(st.integers()).map(tuple)),
    st.frozensets(st.binary()),
    st.none() | st.builds(Inner, st.binary(), st.just(Path("/y"))),
    st.sampled_from(["on", "off"]),
    st.lists(st.builds(Pair, st.integers(), st.binary())).map(tuple),
)


@given(wholes)
def test_what_is_written_is_read_back(value: Whole) -> None:
    assert from_json(Whole, json.loads(json.dumps(to_json(value)))) == value


@pytest.mark.parametrize("key", list(JSON))
def test_a_key_that_is_missing_is_named(key: str) -> None:
    with pytest.raises(BadInput, match=f"^{key}: missing$"):
        from_json(Whole, {name: value for name, value in JSON.items() if name != key})


def test_a_key_that_is_unknown_is_named() -> None:
    with pytest.raises(BadInput, match=r"^inner\.more: unknown key$"):
        from_json(Whole, {**JSON, "inner": {**JSON["inner"], "more": 1}})


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("is_on", 1, "is_on: expected bool, got 1"),
        ("is_on", None, "is_on: expected bool, got None"),
        ("number", True, "number: expected int, got True"),
        ("number", 1.5, "number: expected int, got 1.5"),
        ("share", "1", "share: expected float, got '1'"),
        ("share", True, "share: expected float, got True"),
        ("text", None, "text: expected str, got None"),
        ("rows", "ab", "rows: expected a list, got 'ab'"),
        ("rows", [["a"]], r"rows\[0\]: expected a list of 2, got \['a'\]"),
        ("rows", [["a", "b"]], r"rows\[0\]\[1\]: expected int, got 'b'"),
        ("named", [], r"named: expected a mapping, got \[\]"),
        ("named", {"zz": []}, "named: expected hex, got 'zz'"),
        ("named", {"00": [None]}, r"named\.00\[0\]: expected int, got None"),
        ("names", ["0"], r"names\[0\]: expected hex, got '0'"),
        ("inner", 7, "inner: expected a mapping, got 7"),
        ("inner", {"name": "00", "place": 7}, r"inner\.place: expected text, got 7"),
        ("word", "neither", "word: expected one of on, off, got 'neither'"),
        ("word", [], r"word: expected one of on, off, got \[\]"),
        ("pairs", [[1]], r"pairs\[0\]: expected a list of 2, got \[1\]"),
        ("pairs", [[1, ""], [1, 2]], r"pairs\[1\]\[1\]: expected text, got 2"),
    ],
)
def test_a_value_of_another_type_is_named(key: str, value: Any, said: str) -> None:
    with pytest.raises(BadInput, match=f"^{said}$"):
        from_json(Whole, {**JSON, key: value})


@pytest.mark.parametrize("value", [None, [], 7, "text"])
def test_what_is_no_mapping_at_all(value: object) -> None:
    with pytest.raises(BadInput, match=r"^value: expected a mapping"):
        from_json(Whole, value)
