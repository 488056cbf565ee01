"""What members say to each other: nodes to the primary, and the primary to nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sm_dns.fleet.bundles.bundle import Member
from sm_dns.fleet.heads import Proof, ToldHead
from sm_dns.ipc.fleet import MemberState
from sm_dns.ipc.messages import Messages
from sm_dns.util.message import Message

PROTOCOL = 1  # who speaks another one is refused with a reason
SILENCE_SECONDS = (
    10.0  # after which the other end is taken for gone; each says something every `BEAT_SECONDS`
)
BEAT_SECONDS = 2.0
PART_BYTES = 256 << 10  # of a file, at once


@dataclass(frozen=True)
class Join:
    """A stranger with the secret of an invitation. The body is its certificate. `Joined` or `Refused`."""

    protocol: int
    secret: str
    name: str
    address: str


@dataclass(frozen=True)
class Hello:
    """A member, and the last bundle it took. `Offer`, or nothing where it has that; or `Refused`."""

    protocol: int
    name: str
    epoch: int
    generation: int
    digest: str


@dataclass(frozen=True)
class Wanted:
    """A file of the offered bundle, by its SHA-256, and what the node has under its name ("" for nothing)."""

    name: str
    digest: str
    have: str


@dataclass(frozen=True)
class Want:
    """Send these: each as `Part`s, in this order."""

    files: tuple[Wanted, ...]


@dataclass(frozen=True)
class Tell:
    """How the node is, and the last record of its audit."""

    state: MemberState
    head_seq: int
    head_hash: str


@dataclass(frozen=True)
class Carry:
    """Carry out a command of a person at this node: `Carried`."""

    number: int
    person: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Prove:
    """Say what these records of the audit of a member are: `Proved`."""

    number: int
    name: str
    seqs: tuple[int, ...]


@dataclass(frozen=True)
class Proved:
    """`refused`: why it could not be said, or nothing."""

    number: int
    refused: Message
    proof: Proof


FromNode = Join | Hello | Want | Tell | Carry | Prove | Proved
FROM_NODE: Messages[FromNode] = Messages(
    "say",
    {
        "join": Join,
        "hello": Hello,
        "want": Want,
        "tell": Tell,
        "carry": Carry,
        "prove": Prove,
        "proved": Proved,
    },
)


@dataclass(frozen=True)
class Joined:
    """It is a member now, by this name, of this fleet."""

    fleet: str
    epoch: int
    leader: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Refused:
    """No, and why. The connection ends."""

    reason: Message


@dataclass(frozen=True)
class Offer:
    """A bundle of a higher generation. The body is its manifest."""

    signature: bytes


@dataclass(frozen=True)
class Part:
    """The next part of a file, compressed (zlib). `difference`: against what the node has; `gone`: it is not
    there any more, and another bundle comes."""

    digest: str
    kind: Literal["whole", "difference", "gone"]
    is_last: bool


@dataclass(frozen=True)
class Everybody:
    """How all members are, and the last record of each one's audit. A sign of life."""

    members: tuple[MemberState, ...]
    heads: tuple[ToldHead, ...]


@dataclass(frozen=True)
class Carried:
    """How a command ended, and the bundle in which its change is."""

    number: int
    refused: Message
    code: int
    out: str
    err: str
    epoch: int
    generation: int


FromPrimary = Joined | Refused | Offer | Part | Everybody | Carried | Prove | Proved
FROM_PRIMARY: Messages[FromPrimary] = Messages(
    "say",
    {
        "joined": Joined,
        "refused": Refused,
        "offer": Offer,
        "part": Part,
        "everybody": Everybody,
        "carried": Carried,
        "prove": Prove,
        "proved": Proved,
    },
)
