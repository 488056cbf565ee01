"""One published generation as a worker reads it: the policy snapshot and the worker's own settings beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from sm_dns.policy import snapshot
from sm_dns.policy.denials.denial_text import Citation
from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.resolve.context import ResolverSettings
from sm_dns.resolve.forwarding.strategies import STRATEGIES
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.resolve.local_records import LocalData, LocalRecord
from sm_dns.resolve.replies.rebinding import Rebinding
from sm_dns.resolve.replies.ttl_bounds import TtlBounds
from sm_dns.serve.clients.limits import ClientLimits, Limits
from sm_dns.serve.clients.trusted_forwarders import Tells
from sm_dns.serve.upstreams.system_servers import Wishes
from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.strict_json import choice, whole, wrong
from sm_dns.util.typed_json import from_json, to_json

RESOLVER_FILE = "resolver.json"
MIN_UDP_SIZE, MAX_UDP_SIZE = 512, 0xFFFF  # octets (RFC 6891 §6.2.3)

UpstreamRow = tuple[str, int, str, str, str, str, bool]
"""The fields of a `UpstreamAddress`."""
LimitsRow = tuple[float, float, int, bool]
"""The fields of `Limits`."""
TellsRow = tuple[bool, bool, bool]
"""The fields of `Tells`."""


@dataclass(frozen=True)
class Encryption:
    """What encrypted listeners go by: the paths of certificate and key (the key itself is nowhere else), what these
    files look like (so that another certificate is another generation), the name they are offered under (None: they
    are not offered), the path of DoH."""

    certificate: Path
    key: Path
    seen: tuple[tuple[str, int, int, int], ...]
    name: bytes | None
    doh_path: str


@dataclass(frozen=True)
class WishesRow:
    """The fields of `Wishes`; None among upstreams stands for the system's."""

    upstreams: tuple[UpstreamRow | None, ...]
    routes: dict[bytes, tuple[UpstreamRow | None, ...]]
    listeners: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class WorkerSettings:
    """What a build hands to workers beside the policy, as plain values: written whole and read strictly.

    Nothing has a default: a setting that does not arrive would open what the site has closed.
    """

    upstreams: tuple[UpstreamRow, ...]
    routes: dict[bytes, tuple[UpstreamRow, ...]]
    """By the domain that leads to them."""
    wishes: WishesRow | None
    """In place of `upstreams` and `routes` where the system's servers are among them, which change."""
    strategy: str
    local: tuple[tuple[bytes, int, int, bytes], ...]
    """The fields of each `LocalRecord`."""
    cache_bytes: int
    udp_size: int
    limits: LimitsRow
    """What one client may."""
    network_limits: tuple[tuple[str, LimitsRow], ...]
    connections: int
    """Of a listener."""
    trusted_forwarders: tuple[tuple[str, TellsRow], ...]
    """By network: how those in it tell for whom they ask."""
    protects_from_rebinding: bool
    private_names: frozenset[bytes]
    """Below these an answer may lead inside."""
    lifetimes: tuple[int, int] | None
    """The fewest and the most seconds that upstreams are believed; None: what they say."""
    identity: str
    """By which a server tells itself from others; empty: not told."""
    forwards_single_labels: bool
    tls: Encryption | None
    monitored: bool
    structured: tuple[int, tuple[str, ...], str] | None
    """The fields of `StructuredErrors`; None: nobody is told."""
    citation: Citation
    """What a denial rests on, as its text says."""


@dataclass(frozen=True)
class Generation:
    """What a worker needs to answer by: how it answers, local records, upstreams (general, and by name), octets of
    cache, what a client may, connections of a listener, forwarders that are trusted, bounds of upstreams' TTLs, and
    what encrypted listeners go by."""

    resolver: ResolverSettings
    local: LocalData
    upstreams: tuple[UpstreamAddress, ...]
    routes: dict[bytes, tuple[UpstreamAddress, ...]]
    strategy: str
    cache_bytes: int
    limits: ClientLimits
    connections: int
    forwarders: tuple[tuple[str, Tells], ...]
    ttl_bounds: TtlBounds | None
    tls: Encryption | None
    monitored: bool
    """Whether questions about governed names are counted."""
    wishes: Wishes | None
    """In place of `upstreams` and `routes` where the system's servers are among them, which change."""


def write_settings(directory: Path, settings: WorkerSettings) -> None:
    """Add the workers' part to a generation."""
    text = json.dumps(to_json(settings)) + "\n"
    (directory / RESOLVER_FILE).write_text(text, encoding="utf-8")


def read_settings(directory: Path) -> WorkerSettings:
    """The workers' part of a generation. Raises `BadInput` when it is missing or not as it must be."""
    path = directory / RESOLVER_FILE
    try:
        return from_json(WorkerSettings, json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError, BadInput) as error:
        raise BadInput("not a worker's settings: {reason}", file=path, reason=error) from error


def load(directory: Path) -> Generation:
    """Read a generation's directory. Raises `BadInput` when a part is missing or not understood."""
    settings = read_settings(directory)
    policy = snapshot.load(directory)
    try:
        return _generation(settings, policy)
    except (ValueError, IndexError, BadInput) as error:
        raise BadInput(
            "not a worker's settings: {reason}", file=directory / RESOLVER_FILE, reason=error
        ) from error


def _generation(settings: WorkerSettings, policy: snapshot.Snapshot) -> Generation:
    """Raises an error where a value of the right type cannot be meant: a worker that took it would not live."""
    choice(settings.strategy, "strategy", STRATEGIES)
    for key, least in (("cache_bytes", 1), ("udp_size", MIN_UDP_SIZE), ("connections", 1)):
        whole(getattr(settings, key), key, least=least)
    if settings.udp_size > MAX_UDP_SIZE:
        raise wrong("udp_size", Message("at most {most}", most=MAX_UDP_SIZE), settings.udp_size)
    return Generation(
        resolver=ResolverSettings(
            snapshot=policy,
            udp_size=settings.udp_size,
            rebinding=Rebinding(settings.protects_from_rebinding, settings.private_names),
            identity=settings.identity.encode("ascii"),
            forwards_single_labels=settings.forwards_single_labels,
            structured=StructuredErrors(*settings.structured) if settings.structured else None,
            citation=settings.citation,
        ),
        local=LocalData(LocalRecord(*row) for row in settings.local),
        upstreams=_addresses(settings.upstreams),
        routes={name: _addresses(rows) for name, rows in settings.routes.items()},
        strategy=settings.strategy,
        cache_bytes=settings.cache_bytes,
        limits=_client_limits(settings),
        connections=settings.connections,
        forwarders=_forwarders(settings),
        ttl_bounds=TtlBounds(*settings.lifetimes) if settings.lifetimes else None,
        tls=settings.tls,
        monitored=settings.monitored,
        wishes=_wishes(settings.wishes) if settings.wishes else None,
    )


def _addresses(rows: Iterable[UpstreamRow]) -> tuple[UpstreamAddress, ...]:
    return tuple(UpstreamAddress(*row) for row in rows)


def _client_limits(settings: WorkerSettings) -> ClientLimits:
    networks = [(ip_network(network), Limits(*row)) for network, row in settings.network_limits]
    return ClientLimits(Limits(*settings.limits), networks)


def _forwarders(settings: WorkerSettings) -> tuple[tuple[str, Tells], ...]:
    """Raises `BadInput` where a network is none."""
    for network, _ in settings.trusted_forwarders:
        ip_networks.network(network)
    return tuple((network, Tells(*tells)) for network, tells in settings.trusted_forwarders)


def _wishes(given: WishesRow) -> Wishes:
    for address, _ in given.listeners:
        ip_address(address)  # raises where it is none
    routes = {name: _wished(rows) for name, rows in given.routes.items()}
    return Wishes(_wished(given.upstreams), routes, given.listeners)


def _wished(rows: Iterable[UpstreamRow | None]) -> tuple[UpstreamAddress | None, ...]:
    return tuple(None if row is None else UpstreamAddress(*row) for row in rows)
