from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import TypeAdapter

from sm_dns.util.schema_notes import Date, Utc, one_of, says
from sm_dns.util.typed_json import from_json, to_json


@dataclass(frozen=True)
class Noted:
    day: Annotated[Date, says("the first")]
    at: Utc | None
    state: Annotated[str, one_of("open", "closed")]


def test_a_schema_says_what_is_noted() -> None:
    assert TypeAdapter(Noted).json_schema()["properties"] == {
        "day": {"title": "Day", "type": "string", "format": "date", "description": "the first"},
        "at": {"title": "At", "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        "state": {"title": "State", "type": "string", "enum": ["open", "closed"]},
    }


def test_what_is_noted_changes_no_json() -> None:
    told = Noted("2026-08-10", None, "open")
    assert from_json(Noted, to_json(told)) == told
