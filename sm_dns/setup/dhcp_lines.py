"""What to write where addresses are given out, for this network, so that devices ask this server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address, ip_network

from sm_dns.lan.own_addresses import OwnAddress

RDNSS_SECONDS = 600


@dataclass(frozen=True)
class DhcpLines:
    """The lines for one kind of server; `server` is a name, not a text."""

    server: str
    lines: tuple[str, ...]


def dhcp_lines(addresses: Sequence[str], own: Sequence[OwnAddress]) -> tuple[DhcpLines, ...]:
    """For the addresses that devices are to ask, IPv4 and IPv6; `own`: this host's, for the networks they are in."""
    four = [each for each in addresses if ip_address(each).version == 4]
    six = [each for each in addresses if ip_address(each).version == 6]
    networks = [one.network for one in own if one.address in four]
    network = next((each for each in networks if isinstance(each, IPv4Network)), None)
    found: list[DhcpLines] = []
    if four:
        found += _of_four(four, network or ip_network(f"{four[0]}/24", strict=False))
    if six:
        found += _of_six(six)
    return tuple(_merged(found))


def _of_four(four: Sequence[str], network: object) -> list[DhcpLines]:
    commas = ", ".join(four)
    scope = str(network).partition("/")[0]
    return [
        DhcpLines("dnsmasq", (f"dhcp-option=option:dns-server,{','.join(four)}",)),
        DhcpLines(
            "Kea (Dhcp4)",
            (f'"option-data": [ {{ "name": "domain-name-servers", "data": "{commas}" }} ]',),
        ),
        DhcpLines("ISC dhcpd", (f"option domain-name-servers {commas};",)),
        DhcpLines(
            "Windows Server",
            (f"Set-DhcpServerv4OptionValue -ScopeId {scope} -DnsServer {','.join(four)} -Force",),
        ),
        DhcpLines(
            "MikroTik",
            (f'/ip dhcp-server network set [find address="{network}"] dns-server={",".join(four)}',),
        ),
        DhcpLines(
            "OpenWrt",
            (
                f"uci add_list dhcp.lan.dhcp_option='6,{','.join(four)}'; uci commit dhcp; service dnsmasq restart",
            ),
        ),
    ]


def _of_six(six: Sequence[str]) -> list[DhcpLines]:
    commas = ", ".join(six)
    bracketed = ",".join(f"[{each}]" for each in six)
    return [
        DhcpLines("dnsmasq", (f"dhcp-option=option6:dns-server,{bracketed}",)),
        DhcpLines("Kea (Dhcp6)", (f'"option-data": [ {{ "name": "dns-servers", "data": "{commas}" }} ]',)),
        DhcpLines("ISC dhcpd", (f"option dhcp6.name-servers {commas};",)),
        DhcpLines("radvd", (f"RDNSS {' '.join(six)} {{ AdvRDNSSLifetime {RDNSS_SECONDS}; }};",)),
        DhcpLines("MikroTik", (f"/ipv6 nd set [find default=yes] dns={','.join(six)}",)),
    ]


def _merged(found: Sequence[DhcpLines]) -> Iterator[DhcpLines]:
    """Each server once, with all its lines."""
    for server in dict.fromkeys(each.server for each in found):
        yield DhcpLines(server, tuple(line for each in found if each.server == server for line in each.lines))
