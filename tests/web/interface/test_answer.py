"""Answers as JSON and as schemas: both are made of the same dataclasses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from openapi_schema_validator import OAS31Validator

from sm_dns.util.schema_notes import Date, one_of, says
from sm_dns.util.with_more import with_more
from sm_dns.web.interface.answer import called, schemas, to_json


@dataclass(frozen=True, slots=True)
class Inner:
    """A part."""

    day_class: Annotated[str, called("class")]
    mark: Annotated[str, one_of("", "small")] = ""


@dataclass(frozen=True, slots=True)
class Short:
    date: Annotated[Date, says("of the day")]
    parts: tuple[Inner, ...]


@dataclass(frozen=True, slots=True)
class Long(Short):
    count: int | None


def work(is_long: bool) -> Short | Long:
    found = Short("2026-08-10", (Inner("WORK"),))
    return with_more(Long, found, count=None) if is_long else found


PARTS = [{"class": "WORK", "mark": ""}]
SHORT: dict[str, Any] = {"date": "2026-08-10", "parts": PARTS}


@pytest.mark.parametrize(("is_long", "told"), [(False, SHORT), (True, {**SHORT, "count": None})])
def test_an_answer_says_all_its_fields(is_long: bool, told: dict[str, Any]) -> None:
    assert json.loads(to_json(work, work(is_long))) == told


@pytest.mark.parametrize(
    ("told", "fits"),
    [
        (SHORT, True),
        ({**SHORT, "count": 3}, True),
        ({**SHORT, "count": "3"}, False),
        ({**SHORT, "more": 3}, False),
        ({"parts": PARTS}, False),
        ({**SHORT, "parts": [{"class": "WORK"}]}, False),
        ({**SHORT, "parts": [{"class": "WORK", "mark": "large"}]}, False),
        ({**SHORT, "parts": [{"day_class": "WORK", "mark": ""}]}, False),
    ],
)
def test_a_schema_takes_what_is_answered_and_nothing_else(told: dict[str, Any], fits: bool) -> None:
    found, shared = schemas([work], "#/shared/{model}")
    whole = {**found[work], "shared": shared}
    OAS31Validator.check_schema(whole)
    assert OAS31Validator(whole).is_valid(told) is fits


def test_the_document_tells_what_a_field_means() -> None:
    shared: Any = schemas([work], "#/shared/{model}")[1]
    assert shared["Short"]["properties"]["date"] == {
        "type": "string", "format": "date", "description": "of the day",
    }  # fmt: skip
    assert shared["Inner"]["description"] == "A part."
