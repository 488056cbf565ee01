"""What an examination gives: findings, each with what to type, or the word that all is well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from sm_dns.diagnose.remedies import remedy
from sm_dns.util.finding import Finding, Level
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.schema_notes import says

Subject = Literal[
    "configuration",
    "service",
    "answers",
    "port",
    "firewall",
    "clock",
    "disk",
    "upstreams",
    "dhcp",
    "advertisements",
    "client",
]


@dataclass(frozen=True, slots=True)
class Advice:
    """Something found, and what to type; "" where there is nothing to type."""

    level: Level
    text: Message
    command: Annotated[str, says("what to type on the server; empty where there is nothing")]


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at. `good`: what is so where nothing was found."""

    subject: Subject
    advice: tuple[Advice, ...]
    good: Message

    @property
    def is_well(self) -> bool:
        """Whether nothing wants a person; news alone does not."""
        return all(each.level == "note" for each in self.advice)


def advise(level: Level, said: str, command: str = "", /, **values: object) -> Advice:
    """What a sentence with its values says, and what to type."""
    return Advice(level, Message(said, **values), command)


def advised(findings: Iterable[Finding], config: str) -> tuple[Advice, ...]:
    """Findings of `check` and of the service, with what is known to mend them; of news nothing is to be typed."""
    return tuple(
        Advice(each.level, each.text, "" if each.level == "note" else remedy(each.text, config).command)
        for each in findings
    )


def well(subject: Subject, good: Message) -> Examined:
    """Nothing was found."""
    return Examined(subject, (), good)


def found(subject: Subject, *advice: Advice) -> Examined:
    """Something was found, which may be that it could not be looked at."""
    return Examined(subject, advice, NOTHING)
