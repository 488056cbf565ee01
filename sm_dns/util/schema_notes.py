"""What a field is beyond its type, noted beside it for the document of the interface. Nothing is checked by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from sm_dns.util.strict_json import Json

Schema = Mapping[str, Json]


class Note:
    """Keys of a JSON schema, for `Annotated`. Whoever makes schemas asks for them by the name that pydantic has."""

    def __init__(self, **said: Json) -> None:
        self._said = said

    def __get_pydantic_json_schema__(self, core: object, schema_of: Callable[[object], Schema]) -> Schema:
        return {**schema_of(core), **self._said}


def says(what: str) -> Note:
    """What a field means."""
    return Note(description=what)


def one_of(*words: str) -> Note:
    """A text that is one of some words."""
    return Note(enum=list(words))


Date = Annotated[str, Note(format="date")]
Utc = Annotated[str, Note(format="date-time")]
Local = Annotated[str, says("a local date and time, in the zone of the schedule")]
