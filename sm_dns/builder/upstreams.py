"""Where queries go on to: the configured upstreams, with "system" as the name servers this host uses, and "unbound"
as our own, which validates."""

from __future__ import annotations

from pathlib import Path

from sm_dns.dns import names
from sm_dns.listen.port_owners import PROC, is_bound
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.resolv_conf import RESOLV_CONF, leads_back, nameservers, stubs
from sm_dns.serve.worker_settings import UpstreamRow, WishesRow
from sm_dns.settings.blocks.resolver import SYSTEM, UpstreamWord
from sm_dns.settings.endpoint import DNS_PORT, Endpoint
from sm_dns.settings.settings import Settings
from sm_dns.util.message import Message


def upstreams(settings: Settings, files: tuple[Path, ...] = RESOLV_CONF) -> tuple[UpstreamAddress, ...]:
    """The upstreams in order, each once, this resolver itself left out of the system's.

    Empty where the system names no other server (a network that is not up yet): denied names are answered still.
    Raises `BadInput` where the configuration names this resolver as its own upstream.
    """
    return _servers(settings, settings.upstreams, ("upstreams",), files)


def routes(
    settings: Settings, files: tuple[Path, ...] = RESOLV_CONF
) -> dict[str, tuple[UpstreamAddress, ...]]:
    """The upstreams of each routed domain, as `upstreams` has the general ones. Raises `BadInput`."""
    return {
        name: _servers(settings, wanted, ("routes", name), files) for name, wanted in settings.routes.items()
    }


def wishes(settings: Settings) -> WishesRow | None:
    """What workers need to follow the system's servers as they change; None where nobody asks these."""
    wanted = (settings.upstreams, *settings.routes.values())
    if not any(upstream == SYSTEM for upstreams in wanted for upstream in upstreams):
        return None
    return WishesRow(
        upstreams=_wished(settings, settings.upstreams),
        routes={names.from_text(name): _wished(settings, each) for name, each in settings.routes.items()},
        listeners=tuple((listener.address, listener.port) for listener in settings.listeners),
    )


def own_unbound(settings: Settings) -> UpstreamAddress:
    """Where our own unbound answers; that it validates is by our configuration."""
    return UpstreamAddress("127.0.0.1", settings.validation.port, validates=True)


def _wished(
    settings: Settings, wanted: tuple[UpstreamAddress | UpstreamWord, ...]
) -> tuple[UpstreamRow | None, ...]:
    return tuple(None if upstream == SYSTEM else (*_fixed(settings, upstream),) for upstream in wanted)


def _fixed(settings: Settings, upstream: UpstreamAddress | UpstreamWord) -> UpstreamAddress:
    return upstream if isinstance(upstream, UpstreamAddress) else own_unbound(settings)


def _servers(
    settings: Settings,
    wanted: tuple[UpstreamAddress | UpstreamWord, ...],
    key: tuple[str, ...],
    files: tuple[Path, ...],
) -> tuple[UpstreamAddress, ...]:
    found: list[UpstreamAddress] = []
    for at, each in enumerate(wanted):
        if each != SYSTEM:
            upstream = _fixed(settings, each)
            if _is_ours(upstream, settings.listeners):
                reason = Message(
                    "{upstream} is this resolver itself: queries would go in circles", upstream=upstream
                )
                raise settings.bad(reason, *key, at)
            found.append(upstream)
        else:
            servers = (UpstreamAddress(server.address, server.port) for server in system_upstreams(files))
            found += [server for server in servers if not _is_ours(server, settings.listeners)]
    return tuple(dict.fromkeys(found))


def _is_ours(server: UpstreamAddress, listeners: tuple[Endpoint, ...]) -> bool:
    """Whether a query to it would come back to one of our listeners."""
    return leads_back(server, ((listener.address, listener.port) for listener in listeners))


def system_upstreams(files: tuple[Path, ...] = RESOLV_CONF, proc: Path = PROC) -> tuple[Endpoint, ...]:
    """The name servers this host uses, port 53; those behind systemd-resolved's stub where it stands in front.

    Where nothing tells who stands behind a stub, the stub itself, if something listens there. Unreadable files and
    lines are passed over: the answer may be empty.
    """
    real = nameservers(files) or tuple(stub for stub in stubs(files) if is_bound(stub, DNS_PORT, proc))
    return tuple(Endpoint(address, DNS_PORT) for address in real)
