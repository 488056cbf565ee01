"""Where queries go on to: the configured upstreams, with "system" as the name servers this host uses."""

from __future__ import annotations

import ipaddress
from itertools import chain
from pathlib import Path
from typing import Literal

from sm_dns.control.endpoint import DNS_PORT, Endpoint
from sm_dns.control.ports import PROC, is_bound
from sm_dns.control.settings import Settings
from sm_dns.resolve.upstream import Place

RESOLV_CONF = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))
# systemd-resolved's own listeners: they may lead back to us, and what they ask is in the second file, if it is there.
_STUBS = frozenset({"127.0.0.53", "127.0.0.54"})


def upstreams(settings: Settings, files: tuple[Path, ...] = RESOLV_CONF) -> tuple[Place, ...]:
    """The upstreams in order, each once, this resolver itself left out of the system's.

    Empty where the system names no other server (a network that is not up yet): denied names are answered still.
    Raises `BadInput` where the configuration names this resolver as its own upstream.
    """
    return _servers(settings, settings.upstreams, ("upstreams",), files)


def routes(settings: Settings, files: tuple[Path, ...] = RESOLV_CONF) -> dict[str, tuple[Place, ...]]:
    """The upstreams of each routed domain, as `upstreams` has the general ones. Raises `BadInput`."""
    return {
        name: _servers(settings, wanted, ("routes", name), files) for name, wanted in settings.routes.items()
    }


def _servers(
    settings: Settings,
    wanted: tuple[Place | Literal["system"], ...],
    key: tuple[str, ...],
    files: tuple[Path, ...],
) -> tuple[Place, ...]:
    found: list[Place] = []
    for at, upstream in enumerate(wanted):
        if isinstance(upstream, Place):
            if _is_ours(upstream, settings.listeners):
                reason = f"{upstream} is this resolver itself: queries would go in circles"
                raise settings.bad(reason, *key, at)
            found.append(upstream)
        else:
            servers = (Place(server.address, server.port) for server in system_upstreams(files))
            found += [server for server in servers if not _is_ours(server, settings.listeners)]
    return tuple(dict.fromkeys(found))


def _is_ours(place: Place, listeners: tuple[Endpoint, ...]) -> bool:
    """Whether a query to it would come back to one of our listeners; a wildcard listens on every loopback address."""
    address = ipaddress.ip_address(place.address)
    for listener in listeners:
        own = ipaddress.ip_address(listener.address)
        everywhere = own.is_unspecified and own.version == address.version and address.is_loopback
        if listener.port == place.port and (own == address or everywhere):
            return True
    return False


def system_upstreams(files: tuple[Path, ...] = RESOLV_CONF, proc: Path = PROC) -> tuple[Endpoint, ...]:
    """The name servers this host uses, port 53; those behind systemd-resolved's stub where it stands in front.

    Where nothing tells who stands behind a stub, the stub itself, if something listens there. Unreadable files and
    lines are passed over: the answer may be empty.
    """
    named = [_nameservers(file) for file in files]
    for servers in named:
        real = tuple(server for server in servers if server.address not in _STUBS)
        if real:
            return real
    stubs = dict.fromkeys(chain.from_iterable(named))
    return tuple(stub for stub in stubs if is_bound(stub.address, stub.port, proc))


def _nameservers(file: Path) -> tuple[Endpoint, ...]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    found: list[Endpoint] = []
    for line in lines:
        words = line.split()
        if len(words) < 2 or words[0] != "nameserver":
            continue
        try:
            found.append(Endpoint(str(ipaddress.ip_address(words[1])), DNS_PORT))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))
