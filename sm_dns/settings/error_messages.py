"""Pydantic's findings in plain words, with the key they are about."""

from __future__ import annotations

import difflib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sm_dns.settings.yaml_source import Key, Source, key_text
from sm_dns.util.message import Message, reason_of
from sm_dns.util.message import key as spoken

_PLAIN = {
    "missing": spoken("is missing"),
    "string_type": spoken("must be text (put it in quotes)"),
    "int_type": spoken("must be a whole number"),
    "int_from_float": spoken("must be a whole number"),
    "bool_type": spoken("must be true or false"),
    "tuple_type": spoken("must be a list"),
    "list_type": spoken("must be a list"),
    "dict_type": spoken("must be a block of keys"),
    "model_type": spoken("must be a block of keys"),
    "too_short": spoken("must not be empty"),
    "greater_than_equal": spoken("must be at least {ge}"),
    "less_than_equal": spoken("must be at most {le}"),
    "literal_error": spoken("must be one of {expected}"),
    "string_pattern_mismatch": spoken("must look like {pattern}"),
}


def first_problem(error: ValidationError, model: type[BaseModel], source: Source) -> tuple[Key, Message]:
    """The finding that stands first in the file: its key path and `KEY: what is wrong`."""
    details = min(error.errors(), key=lambda each: source.line(_key(each)))
    key = _key(details)
    if details["type"] == "extra_forbidden":
        return key, _unknown(key, model)
    return key, Message("{key}: {reason}", key=key_text(key), reason=_reason(details))


def _key(details: ErrorDetails) -> Key:
    # pydantic adds "[key]" where a key of a mapping is wrong, not its value.
    return tuple(part for part in details["loc"] if part != "[key]")


def _reason(details: ErrorDetails) -> Message:
    plain, values = _PLAIN.get(details["type"]), details.get("ctx", {})
    if "expected" in values:
        values = {
            "expected": values["expected"].replace(" or ", ", ")
        }  # a list needs no word of any language
    if plain is not None:
        return Message(plain, **{name: value for name, value in values.items() if f"{{{name}}}" in plain})
    error = values.get("error")
    return Message("{reason}", reason=details["msg"]) if error is None else reason_of(error)


def _unknown(key: Key, model: type[BaseModel]) -> Message:
    known = _fields_at(key[:-1], model)
    close = difflib.get_close_matches(str(key[-1]), known, n=1)
    hint = (
        Message("did you mean {suggestion!r}?", suggestion=close[0])
        if close
        else Message("known keys: {known}", known=", ".join(known))
    )
    return Message("unknown key {key!r}; {hint}", key=key_text(key), hint=hint)


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
