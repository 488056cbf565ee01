"""What commands and the dashboard ask of the running service over the control socket, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from sm_dns.ipc.fleet import VerifiedMember
from sm_dns.ipc.messages import Messages
from sm_dns.ipc.orders import Known
from sm_dns.ipc.status import Status
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.policy.clients.switches import Switch
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import one_of, says

NO_SUCH_COMMAND = Message("no such command")
"""What a server answers to a request that it does not know: one of another version."""

A = TypeVar("A", covariant=True)


class Request(Generic[A]):
    """Asks for an `A`, which is of the type `answer`. `for_root`: only root and the service's own user may."""

    answer: ClassVar[type]
    for_root: ClassVar[bool] = False


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
    """What was counted at once."""

    number: Annotated[int, says("a later line has a greater one")]
    at: Annotated[int, says("POSIX seconds")]
    who: Annotated[str, says("a label of the day")]
    kind: Annotated[str, one_of("person", "device", "address")]
    service: str
    category: str
    outcome: Annotated[str, one_of("permitted", "denied", "would_deny", "exempt")]
    visit: Annotated[
        bool, says("as a person visits social media or streaming; else embedded or in the background")
    ]
    queries: int


@dataclass(frozen=True)
class Log:
    """What was counted lately, oldest first."""

    lines: tuple[LogLine, ...]


@dataclass(frozen=True)
class LookedUp:
    """What the upstreams say to a question, None where they do not; the extended errors that they gave then, as
    options."""

    known: Known | None
    errors: bytes


@dataclass(frozen=True)
class SwitchesHeld:
    """The switches that hold now, the one that decides first, first; how many workers go by them, of how many."""

    switches: tuple[Switch, ...]
    workers: int
    of: int


@dataclass(frozen=True)
class Identities:
    """What a client is known as, of what is asked for."""

    identities: tuple[str, ...]


@dataclass(frozen=True)
class Reached:
    """Whom a canonical `who` reaches: how many devices are known as it, and how many of them are present.

    `places`: their addresses or, behind forwarders, the devices themselves.
    """

    who: Annotated[str, says("as rules name it")]
    devices: int
    present: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """Each whom the policy asks for."""

    reached: tuple[Reached, ...]


@dataclass(frozen=True)
class HeedSwitches(Request[SwitchesHeld]):
    """Go by the file of switches as it is now."""

    answer = SwitchesHeld


@dataclass(frozen=True)
class TellIdentities(Request[Identities]):
    """What is the client at an address known as? Told is what the policy asks for, and what is `named` besides."""

    answer = Identities
    address: str
    named: tuple[str, ...]


@dataclass(frozen=True)
class TellReach(Request[Reach]):
    """How many devices are known as each whom the policy asks for, and where are they?"""

    answer = Reach


@dataclass(frozen=True)
class TraceBegun:
    """The addresses of the client, and until when it is traced, in POSIX seconds."""

    addresses: tuple[str, ...]
    until: float


@dataclass(frozen=True)
class Traced:
    """Questions by time, how many were too many to be kept, and whether the trace goes on."""

    questions: tuple[TracedQuestion, ...]
    lost: int
    goes_on: bool


@dataclass(frozen=True)
class TraceEnded:
    """Nobody is traced any more."""


@dataclass(frozen=True)
class BeginTrace(Request[TraceBegun]):
    """Trace the questions of the client at an address for so many seconds."""

    answer = TraceBegun
    for_root = True
    client: str
    seconds: int
    by: str
    reason: str


@dataclass(frozen=True)
class TakeTrace(Request[Traced]):
    """What was asked since this was last asked?"""

    answer = Traced
    for_root = True


@dataclass(frozen=True)
class EndTrace(Request[TraceEnded]):
    """Trace nobody any more."""

    answer = TraceEnded
    for_root = True


@dataclass(frozen=True)
class CarriedOut:
    """How a command ended at the primary, who that is, and what it printed."""

    leader: str
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CarryOut(Request[CarriedOut]):
    """Have a command of a person carried out by the primary of the fleet."""

    answer = CarriedOut
    for_root = True
    person: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class FleetVerified:
    """Each member: what became of holding its audit against the heads that are kept here."""

    members: tuple[VerifiedMember, ...]


@dataclass(frozen=True)
class VerifyFleet(Request[FleetVerified]):
    """Hold the audit of every member of the fleet against the heads that are kept here."""

    answer = FleetVerified


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
    {
        "status": TellStatus,
        "carry": CarryOut,
        "verify_fleet": VerifyFleet,
        "reload": Reload,
        "flush": Flush,
        "recent": TellLog,
        "look_up": LookUp,
        "switches": HeedSwitches,
        "identities": TellIdentities,
        "reach": TellReach,
        "trace_begin": BeginTrace,
        "trace": TakeTrace,
        "trace_end": EndTrace,
    },
)
