"""What a request says, field by field, checked before anybody works with it. Forms, JSON and addresses alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

Kind = Literal["text", "secret", "number", "flag", "names", "table"]

MAX_TEXT = 500
MAX_NAMES = 200
MAX_TABLE = 48 * 1024
MAX_NUMBER = 10**15

Values = Mapping[str, Any]
"""By the names of fields what `Field.kind` says of each: text, of a table with its lines; a number or None; a flag; a
list of names."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. A text that is left out is "", a number None, a flag False, names empty.

    summary: what it means, for the document of the interface.
    """

    name: str
    kind: Kind = "text"
    summary: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


def chosen(fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, str]:
    """Of what an address says, what is meant for a view."""
    return {field.name: given[field.name] for field in fields if field.name in given}


def read(fields: Sequence[Field], given: Mapping[str, object]) -> Values:
    """The values of fields. Raises `BadInput` for one that is missing, wrong or unknown."""
    unknown = set(given) - {field.name for field in fields}
    if unknown:
        raise BadInput("there is no field {unknown!r}", unknown=min(unknown))
    return {field.name: _value(field, given.get(field.name)) for field in fields}


def names_in(text: str) -> tuple[str, ...]:
    """What stands in a text with commas between."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _value(field: Field, given: object) -> Any:
    name = Message(field.name)  # what it is called where a page says it
    if given is None or given == "" or (field.kind == "names" and given == []):
        if field.required:
            raise BadInput("{name}: is missing", name=name)
        return {"number": None, "flag": False, "names": []}.get(field.kind, "")
    value = _READ[field.kind](name, given)
    if field.choices and value not in field.choices:
        raise BadInput("{name}: is none of {choices}", name=name, choices=", ".join(field.choices))
    return value


def _text(name: Message, given: object) -> str:
    if not isinstance(given, str):
        raise BadInput("{name}: must be text", name=name)
    text = given.strip()
    if len(text) > MAX_TEXT or not text.isprintable():
        raise BadInput(
            "{name}: must be one line of at most {most} printable characters",
            name=name,
            most=MAX_TEXT,
        )
    return text


def _secret(name: Message, given: object) -> str:
    if not isinstance(given, str) or len(given) > MAX_TEXT:
        raise BadInput("{name}: must be text of at most {most} characters", name=name, most=MAX_TEXT)
    return given


def _number(name: Message, given: object) -> int:
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 16:
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= MAX_NUMBER:
        raise BadInput("{name}: must be a whole number", name=name)
    return given


def _flag(name: Message, given: object) -> bool:
    if isinstance(given, bool):
        return given
    if given in ("on", "true", "1", "false", "0"):
        return given in ("on", "true", "1")
    raise BadInput("{name}: must be true or false", name=name)


def _names(name: Message, given: object) -> list[str]:
    items = given.split() if isinstance(given, str) else given
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise BadInput("{name}: must be a list of names", name=name)
    if len(items) > MAX_NAMES:
        raise BadInput("{name}: at most {most} at once", name=name, most=MAX_NAMES)
    return [_text(name, item) for item in items]


def _table(name: Message, given: object) -> str:
    if not isinstance(given, str) or len(given) > MAX_TABLE:
        raise BadInput("{name}: must be text of at most {most} characters", name=name, most=MAX_TABLE)
    return given


_READ = {
    "text": _text,
    "secret": _secret,
    "number": _number,
    "flag": _flag,
    "names": _names,
    "table": _table,
}
