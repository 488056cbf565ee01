"""JSON schemas (draft 2020-12, which OpenAPI 3.1 speaks) in few words."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
FLAG: Shape = {"type": "boolean"}
DATE: Shape = {"type": "string", "format": "date"}
UTC: Shape = {"type": "string", "format": "date-time"}


def record(maybe: dict[str, Shape] | None = None, /, **fields: Shape) -> Shape:
    """An object with these fields, all of them, those of `maybe` perhaps, and no others."""
    return {
        "type": "object",
        "properties": {**fields, **(maybe or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


def open_record(**fields: Shape) -> Shape:
    """An object with these fields and others, which may change from version to version."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def many(shape: Shape) -> Shape:
    """A list of the same."""
    return {"type": "array", "items": shape}


def words(*allowed: str) -> Shape:
    """One of some words."""
    return {"type": "string", "enum": list(allowed)}


def perhaps(shape: Shape) -> Shape:
    """Null where there is none."""
    return either(shape, {"type": "null"})


def either(*shapes: Shape) -> Shape:
    """One of several."""
    return {"anyOf": list(shapes)}


def with_fields(shape: Shape, **fields: Shape) -> Shape:
    """A record with more fields."""
    return record(**shape["properties"], **fields)
