"""What a process that answers others says on its standard output: one line a word, heard by the control process."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

from sm_dns.ipc.messages import Messages
from sm_dns.util.message import Message


@dataclass(frozen=True)
class Answering:
    """It answers, at these addresses; where it does not follows, one `Missing` each."""

    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    """An address that cannot be had, and why."""

    reason: Message


@dataclass(frozen=True)
class CannotStart:
    """It ends, and this is why."""

    reason: Message


@dataclass(frozen=True)
class Alive:
    """Nothing new."""


Word = Answering | Missing | CannotStart | Alive

WORDS: Messages[Word] = Messages(
    "word", {"answering": Answering, "missing": Missing, "cannot start": CannotStart, "alive": Alive}
)

BEAT_SECONDS = 1.0


def say(word: Word) -> None:
    """Say a word."""
    sys.stdout.buffer.write(WORDS.line(word))
    sys.stdout.flush()


async def beat() -> None:
    """Say every `BEAT_SECONDS` that we live."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        say(Alive())
