"""What a person is told of the host beside a question, so that the answer is a choice and no guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sm_dns.settings.endpoint import DNS_PORT, parse_endpoint
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.states import STATES
from sm_dns.setup.port_holder import PortHolder
from sm_dns.setup.upstream_seen import UpstreamSeen
from sm_dns.util.message import Message

STATES_A_LINE = 6


def of_addresses(known: Known) -> tuple[Message, ...]:
    """The addresses of the office's links, and what is wrong with one for a server."""
    return tuple(_of_addresses(known))


def of_port(value: Any, known: Known) -> tuple[Message, ...]:
    """Who has port 53 of what was chosen, and what to type. Of systemd-resolved a question follows."""
    found = dict.fromkeys(each for each in in_the_way(known, value) if each.kind != "resolved")
    return tuple(_of_holder(each) for each in {(each.address, each.pid): each for each in found}.values())


def of_stub(value: Any, _: Known) -> tuple[Message, ...]:
    """What becomes of those addresses where the stub stays."""
    if value:
        return ()
    return (
        Message(
            "then these addresses cannot be had: run setup again, and name the addresses of the LAN alone"
        ),
    )


def of_upstreams(known: Known) -> tuple[Message, ...]:
    """What the host's name servers gave, and whether somebody answers in their place."""
    return tuple(_of_upstreams(known))


def of_validation(value: Any, known: Known) -> tuple[Message, ...]:
    """That nobody among those that were chosen validates, as far as they were asked."""
    seen = {each.address: each for each in known.findings.upstreams}
    asked = [seen[each] for each in value if each in seen]
    if len(asked) < len(value) or any(each.validates is not False for each in asked):
        return ()
    return (Message("none of these validates DNSSEC: forged answers of signed names go unnoticed"),)


def of_states(_: Known) -> tuple[Message, ...]:
    """The codes and names of the states, some a line."""
    named = [f"{code} {name}" for code, name in STATES.items()]
    rows = [named[at : at + STATES_A_LINE] for at in range(0, len(named), STATES_A_LINE)]
    return tuple(Message("{names}", names=", ".join(row)) for row in rows)


def in_the_way(known: Known, listen: Iterable[str]) -> Iterator[PortHolder]:
    """Who has port 53 of the addresses that were chosen."""
    for each in listen:
        endpoint = parse_endpoint(each, default_port=DNS_PORT)
        yield from known.findings.colliding(endpoint.address.partition("%")[0], endpoint.port)


def _of_addresses(known: Known) -> Iterator[Message]:
    for each in known.findings.lan_addresses:
        if each.is_lasting:
            yield Message(
                "{interface} has {address}", interface=each.interface, address=f"{each.address}/{each.prefix}"
            )
        else:
            yield Message(
                "{interface} has {address} for a while only, from DHCP or a router: give this server a fixed one",
                interface=each.interface,
                address=f"{each.address}/{each.prefix}",
            )
    if known.findings.clock.is_kept is False:
        yield Message(
            "the clock is not kept: timedatectl set-ntp true (the hours are only as good as the clock)"
        )


def _of_holder(holder: PortHolder) -> Message:
    if not holder.command:
        return Message("port 53 of {address} is held by somebody; root sees by whom", address=holder.address)
    return Message(
        "port 53 of {address} is held by {name} (pid {pid}). To have it let go: {command}",
        address=holder.address,
        name=holder.name,
        pid=holder.pid,
        command=holder.command,
    )


def _of_upstreams(known: Known) -> Iterator[Message]:
    for each in known.findings.upstreams:
        yield _of_upstream(each)
    if known.findings.is_intercepted:
        yield Message(
            "somebody on the way answers all of port 53, whoever is asked: only tls:// and https:// lead past it"
        )


def _of_upstream(seen: UpstreamSeen) -> Message:
    if not seen.answers:
        if seen.reason:
            return Message("{address} does not answer: {reason}", address=seen.address, reason=seen.reason)
        return Message("{address} does not answer", address=seen.address)
    if not seen.resolves:
        return Message("{address} answers, but does not resolve names of the internet", address=seen.address)
    validates = {
        True: Message("and validates DNSSEC"),
        False: Message("and does not validate DNSSEC"),
        None: Message("whether it validates DNSSEC could not be told"),
    }[seen.validates]
    return Message(
        "{address} resolves, in {milliseconds} ms, {validates}",
        address=seen.address,
        milliseconds=seen.milliseconds or 0,
        validates=validates,
    )
