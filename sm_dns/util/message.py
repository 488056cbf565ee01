"""What is said to a person: an English sentence, which is its key in the catalogues too, and its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Value: TypeAlias = "str | int | float | Message"
"""What is put into a sentence; a message within a message is translated with it."""


class Message:
    """A sentence with its values: `Message("there is no list {name!r}", name="x")`. Prints in English.

    The template is a constant of the source: catalogues know it again. It is formatted only where there are values.
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values: dict[str, Value] = {name: _value(value) for name, value in values.items()}

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> dict[str, object]:
        """Its text, in the JSON of an interface and in the schema of that."""
        return {"type": "is-instance", "cls": cls, "serialization": {"type": "to-string"}}

    def __bool__(self) -> bool:
        return bool(self.template)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash((self.template, *self.values.items()))

    def __format__(self, form: str) -> str:
        return format(str(self), form)


NOTHING = Message("")
"""Where there is nothing to tell."""


def message(said: str | Message, values: Mapping[str, object]) -> Message:
    """What a caller said: a message as it stands, or a template with its values."""
    return said if isinstance(said, Message) else Message(said, **values)


def reason_of(error: BaseException) -> Message:
    """What an error says: its own message, what the system refused, or else the words of whoever raised it."""
    said = _value(error)
    return said if isinstance(said, Message) else Message("{reason}", reason=said)


def system_reason(error: OSError) -> Message:
    """What the system refused, without the file that it is about."""
    return Message(error.strerror or str(error))


def told(error: OSError) -> Message:
    """What the system refused, for a person: `FILE: reason`, or the reason alone where it is about no file."""
    if error.filename is None:
        return system_reason(error)
    return Message("{file}: {reason}", file=error.filename, reason=system_reason(error))


def _value(value: object) -> Value:
    """Numbers, text and messages stay what they are; errors give what they say, the rest its text."""
    if isinstance(value, str | int | float | Message):
        return value
    said: Any = getattr(value, "message", None)
    if isinstance(said, Message):
        return said
    return told(value) if isinstance(value, OSError) and value.strerror else str(value)


def did_you_mean(said: Message, wanted: str, known: Iterable[str]) -> Message:
    """What is said of a name that is not known, and the one that was meant perhaps."""
    from difflib import get_close_matches  # what seldom happens is not loaded each time

    by_small = {name.casefold(): name for name in sorted(known, reverse=True)}
    near = get_close_matches(wanted.casefold(), by_small, n=1)
    if not near:
        return said
    return Message("{reason}; did you mean {suggestion!r}?", reason=said, suggestion=by_small[near[0]])


def key(template: str) -> str:
    """A template that becomes a message elsewhere: marked where it stands, so that catalogues have it."""
    return template
