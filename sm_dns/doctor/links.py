"""What clients of this host's links are told to ask: by DHCP, and by routers (RDNSS)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sm_dns.doctor.examined import Advice, Examined, advise, found, well
from sm_dns.lan.dhcp_told import DhcpTold, ask_dhcp
from sm_dns.lan.own_addresses import OwnAddress
from sm_dns.lan.router_told import RouterTold, ask_routers
from sm_dns.util.message import Message, key, system_reason

LISTEN_SECONDS = 3.0  # a router may wait half a second (RFC 4861, 6.2.6), a DHCP server look for the address
MAX_LINKS = 8  # that are asked on
_HELP = "sudo sm-dns setup"  # it prints the lines for this network

Dhcp = Callable[[str, str, float], tuple[DhcpTold, ...]]
Routers = Callable[[str, float], tuple[RouterTold, ...]]


def examine_dhcp(links: Iterable[OwnAddress], ours: Iterable[str], ask: Dhcp = ask_dhcp) -> Examined:
    """What DHCP servers give as name servers. links: addresses of this host; ours: where this service answers."""
    own, some, seen = set(ours), list[Advice](), list[str]()
    for link in _once([each for each in links if each.version == 4]):
        try:
            told = ask(link.interface, link.address, LISTEN_SECONDS)
        except OSError as error:
            some.append(_not_asked(key("{link}: DHCP was not asked: {reason}"), link, error))
            continue
        if not told:
            some.append(
                advise(
                    "note",
                    "{link}: no DHCP server told what it gives to clients; look at its settings",
                    link=link.interface,
                )
            )
        for each in told:
            some += _of_servers(key("the DHCP server {who}"), each.server, each.name_servers, own, _HELP)
            seen.append(each.server)
    if some or not seen:
        return found("dhcp", *some or [advise("note", "no link of this host has an IPv4 address")])
    return well("dhcp", Message("clients get this server by DHCP, as {servers} say", servers=", ".join(seen)))


def examine_advertisements(
    links: Iterable[OwnAddress], ours: Iterable[str], ask: Routers = ask_routers
) -> Examined:
    """What routers tell as name servers."""
    own, some, seen = set(ours), list[Advice](), list[str]()
    for link in _once([each for each in links if each.version == 6]):
        try:
            told = ask(link.interface, LISTEN_SECONDS)
        except OSError as error:
            some.append(_not_asked(key("{link}: routers were not asked: {reason}"), link, error))
            continue
        for each in told:
            if each.name_servers:
                some += _of_servers(key("the router {who}"), each.router, each.name_servers, own, _HELP)
            seen.append(each.router)
    if some:
        return found("advertisements", *some)
    if not seen:
        return well("advertisements", Message("no router tells hosts of name servers by IPv6"))
    return well(
        "advertisements",
        Message("hosts are told of no other server by IPv6, as {routers} say", routers=", ".join(seen)),
    )


def _of_servers(
    whose: str, who: str, given: tuple[str, ...], own: set[str], command: str
) -> Iterator[Advice]:
    teller = Message(whose, who=who)
    others = [each for each in given if each not in own]
    if not given:
        yield advise("warning", "{teller} gives clients no name server", command, teller=teller)
    elif len(others) == len(given):
        yield advise(
            "warning",
            "{teller} gives clients {servers}, and not this server: they do not ask it",
            command,
            teller=teller,
            servers=", ".join(given),
        )
    elif others:
        yield advise(
            "warning",
            "{teller} gives clients {servers} beside this server: right only where sm-dns answers there too",
            command,
            teller=teller,
            servers=", ".join(others),
        )


def _once(links: Iterable[OwnAddress]) -> list[OwnAddress]:
    """The first address of each link."""
    first = {each.interface: each for each in reversed([*links])}
    return list(first.values())[:MAX_LINKS]


def _not_asked(said: str, link: OwnAddress, error: OSError) -> Advice:
    return Advice("note", Message(said, link=link.interface, reason=system_reason(error)), "")
