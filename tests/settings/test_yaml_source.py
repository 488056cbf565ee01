from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.settings import yaml_source
from sm_dns.util.errors import BadInput

FILE = Path("some.yaml")


def read(text: str) -> Any:
    return yaml_source.parse(text, FILE).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13:00", "13:00"),
        ("2026-08-31", "2026-08-31"),
        ("2026-08-31T00:00:00", "2026-08-31T00:00:00"),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("0", 0),
        ("-7", -7),
        ("1232", 1232),
        ("1.5", 1.5),
        (".inf", ".inf"),
        ("~", None),
        ("null", None),
        ("'12'", "12"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_scalars_are_what_they_look_like(text: str, value: object) -> None:
    got = read(f"key: {text}")["key"]
    assert (got, type(got)) == (value, type(value))


def test_dates_are_good_keys() -> None:
    assert read("{2026-08-31: National Day}") == {"2026-08-31": "National Day"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "second time"),
        ("a:\n  b: &x 1\n", 2, "anchors"),
        ("a: 1\nb: *a\n", 2, "anchors"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "tags"),
        ("a: 1\nb: !!int 5\n", 2, "tags"),
        ("a: 1\n5: x\n", 2, "must be text"),
        ("a: 1\n[1]: x\n", 2, "must be text"),
        ("a: 1\nb: [1\nc: 2\n", 3, "expected"),
        ("a: 1\n\tb: 2\n", 2, "cannot start any token"),
        ("a: 1\n---\nb: 1\n", 2, "another document"),
        ('a: "\\ud800"', 1, "surrogate"),
        ("[" * 40 + "]" * 40, 1, "nested deeper"),
    ],
)
def test_what_is_refused_says_the_line(text: str, line: int, reason: str) -> None:
    """T18: what could mean something else than it says."""
    with pytest.raises(BadInput, match=reason) as caught:
        read(text)
    assert (caught.value.file, caught.value.line) == ("some.yaml", line)


def test_control_characters_are_refused() -> None:
    with pytest.raises(BadInput, match="is not YAML"):
        read("a: \x07")


def test_lines_of_keys_and_items() -> None:
    source = yaml_source.parse("a:\n  - x\n  - b: 1\n    c: 2\n\nd: {e: [1,\n 2]}\n", FILE)
    assert source.line(("a",)) == 1
    assert source.line(("a", 1)) == 3
    assert source.line(("a", 1, "c")) == 4
    assert source.line(("a", 1, "missing", "deeper")) == 3
    assert source.line(("d", "e", 1)) == 7
    assert source.line(("missing",)) == 1


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    assert read("# only a comment\n") is None


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (yaml_source.MAX_BYTES + 1))
    with pytest.raises(BadInput, match="larger"):
        yaml_source.load(path)


def test_pasted_json_means_the_same() -> None:
    assert read('{"rest": ["13:00", "14:00"], "n": 5, "t": true, "z": null}') == {
        "rest": ["13:00", "14:00"],
        "n": 5,
        "t": True,
        "z": None,
    }


# A key of YAML has at most 1,024 octets on its line, escapes included (YAML 1.1 §7.4.2); JSON has no such bound.
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=80), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_json_is_yaml(value: object) -> None:
    assert read(json.dumps(value)) == value


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except BadInput:
        pass
