"""The network as one client has it: is it known, does it ask here, does it ask for ways around.

What it asks for is looked at for as long as the examination takes, by a trace that the audit records; nothing is
kept, and no name is told.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol, TypeVar

from sm_dns.doctor.examined import Advice, Examined, advise, found, well
from sm_dns.ipc.requests import BeginTrace, EndTrace, Request, TakeTrace, TellIdentities
from sm_dns.lan.own_addresses import OwnAddress
from sm_dns.monitor.identity.neighbours import Neighbour
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

TURN_SECONDS = 0.5  # between two looks
REASON = "sm-dns doctor: whether this client asks this server"
_AROUND = "BYPASS"  # not the signal names, for which every browser asks

A = TypeVar("A")


class Ask(Protocol):
    """Sends a request to the control socket."""

    def __call__(self, request: Request[A]) -> A | None:
        """The answer; None where no server runs. Raises `BadInput`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions came from a client while it was watched, and how many were for ways around."""

    questions: int
    around: int


def examine_client(
    ask: Ask,
    address: str,
    by: str,
    seconds: int,
    neighbours: Iterable[Neighbour],
    links: Iterable[OwnAddress],
) -> Examined:
    """Look at a client for some seconds. Raises `BadInput` for what is no address."""
    try:
        wanted = ip_address(address)
    except ValueError as error:
        raise BadInput("{address!r} is no IP address", address=address) from error
    some = [*_known(ask, str(wanted), [*neighbours], [*links])]
    asked = _watched(ask, str(wanted), by, seconds)
    some += _asks(str(wanted), asked, seconds)
    if some:
        return found("client", *some)
    said = Message(
        "{address} is known and asks here: {count} questions", address=address, count=asked.questions
    )
    return well("client", said)


def _known(ask: Ask, address: str, neighbours: list[Neighbour], links: list[OwnAddress]) -> Iterator[Advice]:
    """Whether anything tells whose it is: a lease, a logon, or the neighbours of a link."""
    link = next((each.link for each in neighbours if each.address == address), "")
    named = (f"device:{link}",) if link else ()
    answer = ask(TellIdentities(address, named))
    if answer is not None and answer.identities:
        return
    is_near = any(ip_address(address) in each.network for each in links)
    if is_near and not link:
        yield advise(
            "warning",
            "{address} is on a link of this host and nobody answers there: is it switched on?",
            f"ping -c 3 {address}; ip neighbour show",
            address=address,
        )
        return
    yield advise(
        "note",
        "nothing tells whose {address} is: no lease, no logon, no neighbour. Rules for its network hold",
        "sudo sm-dns status; sudo sm-dns check",
        address=address,
    )


def _watched(ask: Ask, address: str, by: str, seconds: int) -> Asked:
    if ask(BeginTrace(address, seconds, by, REASON)) is None:
        raise BadInput("no server is running")
    questions, around = 0, 0
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            time.sleep(TURN_SECONDS)
            traced = ask(TakeTrace())
            if traced is None:
                break
            questions += len(traced.questions) + traced.lost
            around += sum(each.reason_code == _AROUND for each in traced.questions)
    finally:
        ask(EndTrace())
    return Asked(questions, around)


def _asks(address: str, asked: Asked, seconds: int) -> Iterator[Advice]:
    if not asked.questions:
        yield advise(
            "warning",
            "{address} asked nothing here in {seconds} s. Open a page there while this runs; if it opens, the client "
            "asks somebody else: another server of its settings, DNS over HTTPS of a browser, or one by IPv6",
            "at the client: ipconfig /all (Windows), resolvectl status (Linux)",
            address=address,
            seconds=seconds,
        )
    elif asked.around:
        yield advise(
            "warning",
            "{address} asks here ({count} questions), {around} of them for ways around the controls",
            address=address,
            count=asked.questions,
            around=asked.around,
        )
