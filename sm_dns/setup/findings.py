"""What this host is like, as plain values: for the defaults of setup, and for whoever wants to tell what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from sm_dns.lan.own_addresses import DefaultRoute, OwnAddress, default_routes, own_addresses
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.resolv_conf import nameservers, stubs
from sm_dns.setup.host import Host
from sm_dns.setup.port_holder import DNS_PORT, PortHolder, port_holders
from sm_dns.setup.upstream_seen import UpstreamSeen, ask_upstreams, is_intercepted
from sm_dns.util.clock import is_synchronised

RESOLV_CONF, RESOLVED_CONF = "/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """The zone of the host ("" where it cannot be told), and whether its clock is kept (None: likewise)."""

    timezone: str
    is_kept: bool | None


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """/etc/resolv.conf: where it leads as a link ("" for a file or nothing), and whether it names the stub of
    systemd-resolved; `servers`: who is behind it, the stub left out."""

    link: str
    is_stub: bool
    servers: tuple[str, ...]


@dataclass(frozen=True)
class HostFindings:
    """Everything that is found of a host before anything is asked."""

    addresses: tuple[OwnAddress, ...]
    routes: tuple[DefaultRoute, ...]
    holders: tuple[PortHolder, ...]
    resolv_conf: ResolvConf
    upstreams: tuple[UpstreamSeen, ...]
    is_intercepted: bool
    clock: ClockSeen
    has_systemd: bool

    @property
    def lan_addresses(self) -> tuple[OwnAddress, ...]:
        """The addresses at which an office reaches this host: those of the links that lead out, IPv4 first; where no
        route leads out, those of all links."""
        outward = {route.interface for route in self.routes}
        lasting = [each for each in self.addresses if each.is_everywhere and not each.is_temporary]
        lasting = [each for each in lasting if not ip_network(f"{each.address}").is_loopback]
        found = [each for each in lasting if each.interface in outward] or lasting
        return tuple(sorted(found, key=lambda each: each.version))

    def colliding(self, address: str, port: int = DNS_PORT) -> tuple[PortHolder, ...]:
        """Who has the port where this host is to answer at an address, ourselves left out."""
        if port != DNS_PORT:
            return ()
        return tuple(each for each in self.holders if each.kind != "ours" and each.collides_with(address))


@dataclass(frozen=True)
class Looks:
    """How a host is looked at: each part can be told otherwise, for a host that is only a folder."""

    addresses: Callable[[], tuple[OwnAddress, ...]] = own_addresses
    routes: Callable[[], tuple[DefaultRoute, ...]] = default_routes
    upstreams: Callable[[tuple[UpstreamAddress, ...]], tuple[UpstreamSeen, ...]] = ask_upstreams
    intercepted: Callable[[], bool] = is_intercepted


def look_at(host: Host, looks: Looks = Looks()) -> HostFindings:
    """Look at a host; name servers are asked, which takes some seconds where one is silent. Raises `OSError`."""
    found = resolv_conf(host)
    servers = tuple(UpstreamAddress(address, DNS_PORT) for address in found.servers)
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(looks.upstreams, servers)
        intercepted = pool.submit(looks.intercepted)
        return HostFindings(
            addresses=looks.addresses(),
            routes=looks.routes(),
            holders=port_holders(host.proc),
            resolv_conf=found,
            upstreams=asked.result(),
            is_intercepted=intercepted.result(),
            clock=ClockSeen(_timezone(host), is_synchronised()),
            has_systemd=host.has_systemd,
        )


def resolv_conf(host: Host) -> ResolvConf:
    """The name servers that a host uses. Never raises."""
    file = host.file(RESOLV_CONF)
    files = (file, host.file(RESOLVED_CONF))
    link = str(file.readlink()) if file.is_symlink() else ""
    return ResolvConf(
        link, bool(stubs([_inside(host, file)])), nameservers([_inside(host, each) for each in files])
    )


def _inside(host: Host, file: Path) -> Path:
    """Where a file is, and where an absolute link of another root than ours means that root."""
    if file.is_symlink() and file.readlink().is_absolute():
        return host.file(str(file.readlink()))
    return file


def _timezone(host: Host) -> str:
    link = host.file("/etc/localtime")
    if link.is_symlink():
        return str(link.readlink()).partition("zoneinfo/")[2]
    try:
        return host.file("/etc/timezone").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
