"""Pydantic's findings in plain words, with the key they are about."""

from __future__ import annotations

import difflib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sm_dns.settings.yaml_source import Key, Source, key_text

_PLAIN = {
    "missing": "is missing",
    "string_type": "must be text (put it in quotes)",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a block of keys",
    "model_type": "must be a block of keys",
    "too_short": "must not be empty",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "string_pattern_mismatch": "must look like {pattern}",
}


def first_problem(error: ValidationError, model: type[BaseModel], source: Source) -> tuple[Key, str]:
    """The finding that stands first in the file: its key path and `KEY: what is wrong`."""
    details = min(error.errors(), key=lambda each: source.line(_key(each)))
    key = _key(details)
    if details["type"] == "extra_forbidden":
        return key, _unknown(key, model)
    return key, f"{key_text(key)}: {_reason(details)}"


def _key(details: ErrorDetails) -> Key:
    # pydantic adds "[key]" where a key of a mapping is wrong, not its value.
    return tuple(part for part in details["loc"] if part != "[key]")


def _reason(details: ErrorDetails) -> str:
    plain = _PLAIN.get(details["type"])
    if plain is not None:
        return plain.format(**details.get("ctx", {}))
    return details["msg"].removeprefix("Value error, ")


def _unknown(key: Key, model: type[BaseModel]) -> str:
    known = _fields_at(key[:-1], model)
    close = difflib.get_close_matches(str(key[-1]), known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(known)}"
    return f"unknown key {key_text(key)!r}; {hint}"


def _fields_at(key: Key, model: type[BaseModel]) -> list[str]:
    """The fields of the model that stands at a key path below `model`."""
    current: Any = model
    for part in key:
        fields = _by_key(current)
        current = (_model_in(fields[part].annotation) if part in fields else current) or current
    return list(_by_key(current))


def _by_key(model: type[BaseModel]) -> dict[Any, FieldInfo]:
    """The fields of a model as the file writes them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
