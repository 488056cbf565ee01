from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util.errors import BadInput
from sm_dns.web.interface.request_fields import Field, Kind, read

KINDS: tuple[Kind, ...] = ("text", "secret", "number", "flag", "names", "table")
FIELDS = tuple(Field(kind, kind) for kind in KINDS)


def test_what_is_left_out_has_a_value_of_its_kind() -> None:
    empty: dict[str, Any] = {
        "text": "",
        "secret": "",
        "number": None,
        "flag": False,
        "names": [],
        "table": "",
    }
    assert read(FIELDS, {}) == empty
    assert read(FIELDS, dict.fromkeys(KINDS, "")) == empty


def test_forms_and_json_say_the_same() -> None:
    form = {
        "text": " a b ",
        "secret": " s ",
        "number": "12",
        "flag": "on",
        "names": "a.example b.example",
        "table": "a\n",
    }
    told = {
        "text": "a b",
        "secret": " s ",
        "number": 12,
        "flag": True,
        "names": ["a.example", "b.example"],
        "table": "a\n",
    }
    assert read(FIELDS, form) == read(FIELDS, told) == told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 1),
        ("text", []),  # "nobody" would be taken for "everybody"
        ("text", "a\nb"),
        ("text", "a\x1b[2J"),
        ("text", "x" * 501),
        ("secret", ["x"]),
        ("table", ["x"]),
        ("table", "x" * (48 * 1024 + 1)),
        ("number", "-1"),
        ("number", "1e9"),
        ("number", "٣"),
        ("number", True),
        ("number", "9" * 30),
        ("flag", "maybe"),
        ("names", {"a": 1}),
        ("names", [1]),
        ("names", ["x"] * 201),
        ("other", "x"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object) -> None:
    with pytest.raises(BadInput, match=field):
        read(FIELDS, {field: value})


def test_required_and_choices() -> None:
    fields = (Field("a", required=True), Field("b", choices=("x", "y")))
    with pytest.raises(BadInput, match="a: is missing"):
        read(fields, {"b": "x"})
    with pytest.raises(BadInput, match="b: is none of x, y"):
        read(fields, {"a": "1", "b": "z"})
    assert read(fields, {"a": "1"}) == {"a": "1", "b": ""}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from([*KINDS, "other"]), _JSON))
def test_any_json_is_values_or_bad_input(given_: dict[str, Any]) -> None:
    """T17."""
    try:
        found = read(FIELDS, given_)
    except BadInput:
        return
    assert set(found) == set(KINDS)
