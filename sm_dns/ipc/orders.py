"""The channel of the control process to a worker or the portal: how one starts, what it is told, what it says.

The portal knows `Load`, `Begin`, `HeedSwitches`, `KnowPresence`, `TellFigures`, `TakeRequests` and `NoteStandings`
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sm_dns.ipc.figures import PortalFigures, WorkerFigures
from sm_dns.ipc.messages import Messages
from sm_dns.ipc.relayed import Relayed
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.ipc.visitor_requests import RequestStanding, Wanted
from sm_dns.monitor.counts import Batch
from sm_dns.util.message import Message


@dataclass(frozen=True)
class WorkerStart:
    """A worker's argument: descriptors of its sockets, of the channel and of the way by which further sockets come;
    the generation to begin with; the file of switches; the offset of the service's clock in seconds."""

    udp: tuple[int, ...]
    tcp: tuple[int, ...]
    dot: tuple[int, ...]
    doh: tuple[int, ...]
    control: int
    handover: int
    generation: Path
    switches: Path
    rehearsal: float


@dataclass(frozen=True)
class PortalStart:
    """The same of the portal."""

    http: tuple[int, ...]
    https: tuple[int, ...]
    control: int
    handover: int
    generation: Path
    switches: Path
    rehearsal: float


@dataclass(frozen=True)
class Load:
    """Swap to another generation: `Loaded`, or `Failed`."""

    generation: Path


@dataclass(frozen=True)
class Begin:
    """Answer queries from now on, for you have been told all that you go by: `Begun`."""


@dataclass(frozen=True)
class Flush:
    """Forget a name and all below it: `Flushed`."""

    name: bytes


@dataclass(frozen=True)
class LookUp:
    """Tell what is known of a question: `Known`, `Unknown`, or `Asking`, after which it is to be asked for again."""

    name: bytes
    qtype: int
    dnssec_ok: bool
    checking_disabled: bool


@dataclass(frozen=True)
class TakeCounts:
    """Hand over what was counted: `Counted`."""


@dataclass(frozen=True)
class NameLan:
    """Take a part of the records of the LAN's devices (the fields of `own_names.Row`): `Named`."""

    rows: tuple[tuple[str, int, int, str], ...]
    first: bool
    last: bool


@dataclass(frozen=True)
class HeedSwitches:
    """Read the file of switches again, and answer by what it holds now: `Heeded`, or `Failed`."""


@dataclass(frozen=True)
class KnowPresence:
    """Take what further clients are known as (`policy.clients.presence`): by address or device, and until when.

    `gone`: of whom nothing is known any more. `Knows`.
    """

    rows: tuple[tuple[str, tuple[str, ...], float], ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """Trace the questions of the client at these addresses until before an instant (POSIX seconds), of nobody where
    there are none: `Tracing`."""

    addresses: tuple[str, ...]
    until: float


@dataclass(frozen=True)
class TakeTraced:
    """Hand over the questions that were traced: `TracedQuestions`."""


@dataclass(frozen=True)
class Listen:
    """Take further sockets, one for each word of what is spoken on it: `Listening`."""

    spoken: tuple[str, ...]


@dataclass(frozen=True)
class TellFigures:
    """Tell the figures, which is a sign of life: `OfWorker` or `OfPortal`."""


@dataclass(frozen=True)
class TakeRequests:
    """Hand over what visitors need for their work: `Requested`."""


@dataclass(frozen=True)
class NoteStandings:
    """Take a part of how the requests of visitors stand, in the place of what was known: `Noted`."""

    rows: tuple[RequestStanding, ...]
    first: bool


Order = (
    Load
    | Begin
    | Flush
    | LookUp
    | TakeCounts
    | NameLan
    | HeedSwitches
    | KnowPresence
    | Trace
    | TakeTraced
    | Listen
    | TellFigures
    | TakeRequests
    | NoteStandings
)

ORDERS: Messages[Order] = Messages(
    "command",
    {
        "load": Load,
        "begin": Begin,
        "flush": Flush,
        "look_up": LookUp,
        "tally": TakeCounts,
        "lan": NameLan,
        "switches": HeedSwitches,
        "presence": KnowPresence,
        "trace": Trace,
        "traced": TakeTraced,
        "listen": Listen,
        "stats": TellFigures,
        "requests": TakeRequests,
        "standings": NoteStandings,
    },
)


@dataclass(frozen=True)
class Ready:
    """It has read this generation, and answers once it is told to `Begin`.

    `without_policy`: why it has none to go by, or nothing.
    """

    generation: int
    without_policy: Message


@dataclass(frozen=True)
class Loaded:
    """It answers by this generation from now on."""

    generation: int


@dataclass(frozen=True)
class Begun:
    """It answers queries."""


@dataclass(frozen=True)
class Failed:
    """What it was told could not be done."""

    reason: Message


@dataclass(frozen=True)
class Flushed:
    """So many cached answers were forgotten."""

    answers: int


@dataclass(frozen=True)
class Known:
    """What the upstreams said, and how many seconds ago."""

    relay: Relayed
    age: float


@dataclass(frozen=True)
class Unknown:
    """No upstream could say it. errors: the extended errors that one gave, as options."""

    reason: str
    errors: bytes


@dataclass(frozen=True)
class Asking:
    """The upstreams are being asked."""


@dataclass(frozen=True)
class Counted:
    """What was counted; whether there is more to be taken at once."""

    batch: Batch
    more: bool


@dataclass(frozen=True)
class Named:
    """The records were taken."""


@dataclass(frozen=True)
class Heeded:
    """So many switches are gone by from now on."""

    switches: int


@dataclass(frozen=True)
class Knows:
    """What clients are known as was taken."""


@dataclass(frozen=True)
class Tracing:
    """It traces from now on, or no longer."""


@dataclass(frozen=True)
class TracedQuestions:
    """The oldest that were not taken yet, how many went untaken, and whether there is more to be taken at once."""

    questions: tuple[TracedQuestion, ...]
    lost: int
    more: bool


@dataclass(frozen=True)
class Listening:
    """The sockets were taken."""


@dataclass(frozen=True)
class OfWorker:
    """A worker's figures."""

    stats: WorkerFigures


@dataclass(frozen=True)
class OfPortal:
    """The portal's figures."""

    stats: PortalFigures


@dataclass(frozen=True)
class Requested:
    """What visitors asked for since this was last asked."""

    requests: tuple[Wanted, ...]


@dataclass(frozen=True)
class Noted:
    """The standings were taken."""


@dataclass(frozen=True)
class Dying:
    """It ends by an error, after which it says nothing more."""

    reason: Message


Answer = (
    Ready
    | Loaded
    | Begun
    | Failed
    | Flushed
    | Known
    | Unknown
    | Asking
    | Counted
    | Named
    | Heeded
    | Knows
    | Tracing
    | TracedQuestions
    | Listening
    | OfWorker
    | OfPortal
    | Requested
    | Noted
    | Dying
)

ANSWERS: Messages[Answer] = Messages(
    "event",
    {
        "ready": Ready,
        "loaded": Loaded,
        "begun": Begun,
        "failed": Failed,
        "flushed": Flushed,
        "known": Known,
        "unknown": Unknown,
        "asking": Asking,
        "tally": Counted,
        "named": Named,
        "heeded": Heeded,
        "knows": Knows,
        "tracing": Tracing,
        "traced": TracedQuestions,
        "listening": Listening,
        "stats": OfWorker,
        "portal": OfPortal,
        "requested": Requested,
        "noted": Noted,
        "dying": Dying,
    },
)
