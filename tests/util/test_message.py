"""A message is known by its template, carries its values from process to process, and prints in English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util.errors import BadInput, Wrong
from sm_dns.util.message import NOTHING, Message, message, reason_of, told
from sm_dns.util.typed_json import from_json, to_json

VALUES = st.recursive(
    st.text(max_size=20) | st.integers() | st.floats(allow_nan=False),
    lambda inner: st.builds(lambda value: Message("{what} – {{so}}", what=value), inner),
    max_leaves=4,
)


def test_it_prints_its_template_with_its_values() -> None:
    assert str(Message("there is no list {name!r}: {share:.0%}", name="a b", share=0.5)) == (
        "there is no list 'a b': 50%"
    )
    assert str(Message("write {from: DATE}")) == "write {from: DATE}", "no values, no fields"
    assert f"{Message('no'):>4}" == "  no"


def test_what_is_no_text_or_number_is_put_in_as_text() -> None:
    said = Message(
        "{path} {no} {wrong} {refused}",
        path=Path("/x"),
        no=None,
        wrong=Wrong("a"),
        refused=OSError(2, "b", "/y"),
    )
    assert said.values == {
        "path": "/x",
        "no": "None",
        "wrong": Message("a"),
        "refused": Message("{file}: {reason}", file="/y", reason=Message("b")),
    }
    assert str(said) == "/x None a /y: b"


def test_nothing_is_false_and_equal_ones_are_equal() -> None:
    assert not NOTHING and Message("a")
    assert Message("{a}", a=1) == Message("{a}", a=1) != Message("{a}", a=2)
    assert len({Message("{a}", a=1), Message("{a}", a=1), Message("a")}) == 2
    assert Message("a") != "a"
    assert message(Message("{a}", a=1), {"b": 2}) == Message("{a}", a=1)
    assert message("{b}", {"b": 2}) == Message("{b}", b=2)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadInput("is {what}", what="bad", file="/f", line=3), "/f:3: is bad"),
        (PermissionError(13, "Permission denied", "/f"), "/f: Permission denied"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (ValueError("{"), "{"),
        (OSError("no number"), "no number"),
    ],
)
def test_every_error_has_a_reason(error: Exception, said: str) -> None:
    assert str(reason_of(error)) == said
    if isinstance(error, OSError):
        assert str(told(error)) == said


@given(st.dictionaries(st.sampled_from(["a", "b_c", "d"]), VALUES, max_size=3))
def test_it_goes_from_process_to_process_whole(values: dict[str, object]) -> None:
    said = Message(" ".join(f"{{{name}}}" for name in values) or "none", **values)
    came = from_json(Message, json.loads(json.dumps(to_json(said))))
    assert came == said and str(came) == str(said)
    assert to_json({"x": [said]}, str) == {"x": [str(said)]}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {"text": "a"},
        {"text": 1, "values": {}},
        {"text": "a", "values": []},
        {"text": "{b}", "values": {"a": 1}},
        {"text": "{a", "values": {"a": 1}},
        {"text": "{a.__class__}", "values": {"a": None}},
        {"text": "{a:d}", "values": {"a": "x"}},
        {"text": "a", "values": {}, "more": 1},
    ],
)
def test_what_is_no_message_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match="expected a message"):
        from_json(Message, value)
