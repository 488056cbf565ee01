"""One thing that `check` and `status` tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sm_dns.util.message import Message, message

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know: an `error` keeps the service from working, a `warning` wants a person, a `note` is news."""

    level: Level
    text: Message


def finding(level: Level, said: str | Message, /, **values: object) -> Finding:
    """A finding of a sentence and what is put into it."""
    return Finding(level, message(said, values))
