from __future__ import annotations

import pytest
from openapi_schema_validator import OAS31Validator

from sm_dns.web.interface.json_schema import (
    FLAG,
    TEXT,
    WHOLE,
    Shape,
    either,
    many,
    open_record,
    perhaps,
    record,
    with_fields,
    words,
)

CASES: list[tuple[Shape, object, bool]] = [
    (record(a=TEXT), {"a": "x"}, True),
    (record(a=TEXT), {}, False),
    (record(a=TEXT), {"a": "x", "b": 1}, False),
    (record({"b": WHOLE}, a=TEXT), {"a": "x"}, True),
    (record({"b": WHOLE}, a=TEXT), {"a": "x", "b": 1}, True),
    (record({"b": WHOLE}, a=TEXT), {"a": "x", "b": "1"}, False),
    (open_record(a=TEXT), {"a": "x", "b": 1}, True),
    (open_record(a=TEXT), {"b": 1}, False),
    (with_fields(record(a=TEXT), b=FLAG), {"a": "x", "b": True}, True),
    (with_fields(record(a=TEXT), b=FLAG), {"a": "x"}, False),
    (many(WHOLE), [1, 2], True),
    (many(WHOLE), [1, None], False),
    (perhaps(WHOLE), None, True),
    (perhaps(WHOLE), "1", False),
    (words("a", "b"), "a", True),
    (words("a", "b"), "c", False),
    (either(WHOLE, FLAG), True, True),
    (either(WHOLE, FLAG), "x", False),
]


@pytest.mark.parametrize(("shape", "value", "fits"), CASES)
def test_a_shape_takes_what_it_says_and_nothing_else(shape: Shape, value: object, fits: bool) -> None:
    OAS31Validator.check_schema(shape)
    assert OAS31Validator(shape).is_valid(value) is fits
