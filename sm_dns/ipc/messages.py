"""Messages as lines of JSON: each a dataclass, told from the others by its word, written whole and read strictly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.strict_json import wrong
from sm_dns.util.typed_json import from_json, to_json

M = TypeVar("M")


class Messages(Generic[M]):
    """What one end may say to the other. `key` is where the word stands among a message's own fields."""

    def __init__(self, key: str, kinds: Mapping[str, type[M]]) -> None:
        self.kinds = kinds
        self._key = key
        self._words = {kind: word for word, kind in kinds.items()}

    def line(self, message: M) -> bytes:
        """A message as it goes over the wire."""
        # Not `to_json` of the whole: counts are plain tuples already, and a worker must not dwell on them.
        named = {field.name: getattr(message, field.name) for field in fields(message)}  # type: ignore[arg-type]
        return json.dumps({self._key: self._words[type(message)], **named}, default=to_json).encode() + b"\n"

    def read(self, line: bytes) -> M:
        """The message of a line. Raises `BadInput` for anything that the other end does not say."""
        given = json_object(line)
        word = given.pop(self._key, None)
        kind = self.kinds.get(word) if isinstance(word, str) else None
        if kind is None:
            raise wrong(self._key, Message("one of {kinds}", kinds=", ".join(self.kinds)), word)
        return from_json(kind, given)


def json_object(line: bytes) -> dict[str, Any]:  # what it holds is for its reader to judge
    """The object that a line holds. Raises `BadInput`."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput("is no JSON: {reason}", reason=error) from error
    if not isinstance(found, dict):
        raise wrong("", "a mapping", found)
    return found
