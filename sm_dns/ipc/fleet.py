"""The process of the fleet and the control process: what each tells the other, and what is known of every server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sm_dns.ipc.messages import Messages
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc


@dataclass(frozen=True)
class MemberState:
    """What a server of the fleet told last. epoch, generation: of the bundle it took; is_in_force: it answers by that
    one, else `problem` says why not; lag_ms: how late the last edge was noticed; seen: when it told this."""

    name: str
    role: Literal["primary", "node"]
    address: str
    is_reachable: bool
    seen: Utc | None
    epoch: int
    generation: int
    is_in_force: bool
    is_healthy: bool
    problem: Message
    lag_ms: int | None
    queries: int


@dataclass(frozen=True)
class Deed:
    """A change that is on record here."""

    at: str
    who: str
    action: str
    target: str
    why: str


@dataclass(frozen=True)
class FleetStatus:
    """This server in its fleet. leader: who leads, "" before it has joined; at: when the bundle in force was made.
    meanwhile: what was changed here while another one led."""

    role: Literal["primary", "node"]
    name: str
    fleet: str
    epoch: int
    generation: int
    leader: str
    at: Utc | None
    members: tuple[MemberState, ...]
    meanwhile: tuple[Deed, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class InForce:
    """The generation in this directory is in force here."""

    directory: Path


@dataclass(frozen=True)
class CarryOut:
    """Have a command of a person carried out by the primary: `CarriedOut` of the same number."""

    number: int
    person: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class VerifyAll:
    """Hold every chain of the fleet against the heads that are kept here: `Verified` of the same number."""

    number: int


FleetOrder = InForce | CarryOut | VerifyAll

FLEET_ORDERS: Messages[FleetOrder] = Messages(
    "order", {"in force": InForce, "carry out": CarryOut, "verify": VerifyAll}
)


@dataclass(frozen=True)
class VerifiedMember:
    """heads: how many that are kept here its audit was held against; problem: what is wrong, or nothing."""

    name: str
    heads: int
    is_verified: bool
    problem: Message


@dataclass(frozen=True)
class Stands:
    """How the fleet stands: said again and again, as a sign of life."""

    status: FleetStatus


@dataclass(frozen=True)
class CarriedOut:
    """How a command ended at the primary, with what it printed; `refused`: why it was not begun, or nothing."""

    number: int
    refused: Message
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Verified:
    """What came of it, by member."""

    number: int
    members: tuple[VerifiedMember, ...]


@dataclass(frozen=True)
class CannotStart:
    """It ends, and this is why."""

    reason: Message


FleetWord = Stands | CarriedOut | Verified | CannotStart

FLEET_WORDS: Messages[FleetWord] = Messages(
    "word", {"stands": Stands, "carried out": CarriedOut, "verified": Verified, "cannot start": CannotStart}
)
