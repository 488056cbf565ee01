"""What commands and the dashboard ask of the running service over the control socket, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sm_dns.ipc.messages import Messages
from sm_dns.ipc.orders import Known
from sm_dns.ipc.status import Status

A = TypeVar("A", covariant=True)


class Request(Generic[A]):
    """Asks for an `A`, which is of the type `answer`."""

    answer: ClassVar[type]


@dataclass(frozen=True)
class Reloaded:
    """The generation that is in force now: its number, what its content is, how many names."""

    generation: int
    version: str
    names: int


@dataclass(frozen=True)
class Flushed:
    """So many cached answers were forgotten."""

    answers: int


@dataclass(frozen=True)
class LogLine:
    """What was counted at once; `who` is a label of one day."""

    number: int
    at: int
    who: str
    kind: str
    service: str
    category: str
    outcome: str
    queries: int


@dataclass(frozen=True)
class Log:
    """What was counted lately, oldest first."""

    lines: tuple[LogLine, ...]


@dataclass(frozen=True)
class LookedUp:
    """What the upstreams say to a question, None where they do not."""

    known: Known | None


@dataclass(frozen=True)
class TellStatus(Request[Status]):
    """How is it?"""

    answer = Status


@dataclass(frozen=True)
class Reload(Request[Reloaded]):
    """Take the files as they are now; with `accept_removed` also what they have lost."""

    answer = Reloaded
    accept_removed: bool


@dataclass(frozen=True)
class Flush(Request[Flushed]):
    """Forget a name, as people write it, and all below it."""

    answer = Flushed
    name: str


@dataclass(frozen=True)
class TellLog(Request[Log]):
    """The lines after a number."""

    answer = Log
    after: int


@dataclass(frozen=True)
class LookUp(Request[LookedUp]):
    """What do the upstreams say to a question?"""

    answer = LookedUp
    name: bytes
    qtype: int
    dnssec_ok: bool
    checking_disabled: bool


REQUESTS: Messages[Request[Any]] = Messages(
    "command",
    {"status": TellStatus, "reload": Reload, "flush": Flush, "recent": TellLog, "look_up": LookUp},
)
