"""What the portal hands over of visitors who need a closed site for their work, and is told of their requests.

The portal is believed nothing: who takes a `Wanted` reads it with `checked`, and finds out by itself what closes the
site to that client.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sm_dns.state.access_requests import State
from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput

MAX_NAME = 64  # characters of a person's name
MAX_PURPOSE = 300  # characters of a purpose
MAX_TAKEN = 16  # requests that the portal holds until they are taken
ROWS_A_LINE = 20  # standings that the portal is told at once


@dataclass(frozen=True)
class Wanted:
    """That a visitor at the address `client` needs `site` until an instant (POSIX seconds). `name`, `department` and
    `purpose` are as they were typed; `department` is "" where the agency has none."""

    client: str
    site: str
    name: str
    department: str
    purpose: str
    until: int


@dataclass(frozen=True)
class RequestStanding:
    """How a request of a client stands: nothing of what was typed is in it.

    until: POSIX seconds, at which it ends or what was granted ends; reason: of who decided; exemption: its id, or "".
    """

    id: str
    client: str
    site: str
    state: State
    until: int
    reason: str
    exemption: str


def checked(wanted: Wanted, departments: tuple[str, ...], earliest: int, latest: int) -> Wanted:
    """The same with its texts on one line each. Raises `BadInput` for what no form of ours sends.

    earliest, latest: between which it must end, in POSIX seconds.
    """
    if ip_networks.address(wanted.client) is None:
        raise BadInput("is no address: {client!r}", client=wanted.client)
    if wanted.department not in (departments or ("",)):
        raise BadInput("choose a department of the list")
    if not earliest < wanted.until <= latest:
        raise BadInput("the last day is today or later, and not later than the form says")
    return replace(
        wanted,
        name=_line(wanted.name, MAX_NAME),
        purpose=_line(wanted.purpose, MAX_PURPOSE),
    )


def _line(text: str, most: int) -> str:
    line = " ".join(text.split())
    if not line or len(line) > most or not line.isprintable():
        raise BadInput("write one to {most} printable characters into each field", most=most)
    return line
