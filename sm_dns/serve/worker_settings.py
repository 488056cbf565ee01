"""One published generation as a worker reads it: the policy snapshot and the worker's own settings beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.structured_error import StructuredErrors
from sm_dns.resolve.forwarding.strategies import STRATEGIES
from sm_dns.resolve.forwarding.upstream import Place
from sm_dns.resolve.local_records import LocalData, LocalRecord
from sm_dns.resolve.replies.rebinding import Rebinding
from sm_dns.resolve.replies.ttl_bounds import Lifetimes
from sm_dns.serve.clients.limits import CONNECTIONS, USUAL, ClientLimits, Limits
from sm_dns.serve.upstreams.system_servers import Wishes
from sm_dns.util.errors import BadInput

RESOLVER_FILE = "resolver.json"

Numbers = tuple[float, float, int] | tuple[float, float, int, bool]
"""`Limits` as they are written: queries a second, at once, connections."""


@dataclass(frozen=True)
class Encryption:
    """What encrypted listeners go by: the paths of certificate and key (the key itself is nowhere else), the name
    they are offered under (None: they are not offered), the path of DoH."""

    certificate: Path
    key: Path
    name: bytes | None
    doh_path: str


@dataclass(frozen=True)
class Generation:
    """What a worker needs to answer by: policy, local records, upstreams (general, and by name), octets of cache,
    UDP payload size in octets, what a client may, connections of a listener, which names may lead inside, bounds of
    upstreams' TTLs, the text by which a server tells itself from others (empty: not told), and what encrypted
    listeners go by."""

    snapshot: Snapshot
    local: LocalData
    upstreams: tuple[Place, ...]
    routes: dict[bytes, tuple[Place, ...]]
    strategy: str
    cache_bytes: int
    udp_size: int
    limits: ClientLimits
    connections: int
    rebinding: Rebinding
    lifetimes: Lifetimes | None
    identity: bytes
    tls: Encryption | None
    monitored: bool
    """Whether questions about governed names are counted."""
    structured: StructuredErrors | None = None
    """What clients that ask so are told as JSON of a denied name."""
    forwards_single_labels: bool = False
    """Whether hosts without a domain are asked upstream."""
    wishes: Wishes | None = None
    """In place of `upstreams` and `routes` where the system's servers are among them, which change."""


def load(directory: Path) -> Generation:
    """Read a generation's directory. Raises `BadInput` when a part is missing or not understood."""
    path = directory / RESOLVER_FILE
    try:
        settings = json.loads(path.read_bytes())
        return Generation(
            snapshot.load(directory),
            LocalData(
                LocalRecord(bytes.fromhex(o), t, ttl, bytes.fromhex(r)) for o, t, ttl, r in settings["local"]
            ),
            _upstreams(settings["upstreams"]),
            {bytes.fromhex(name): _upstreams(wanted) for name, wanted in settings.get("routes", {}).items()},
            _strategy(settings.get("strategy", "fastest")),
            int(settings["cache_bytes"]),
            int(settings["udp_size"]),
            _client_limits(**settings.get("limits", {})),
            int(settings.get("connections", CONNECTIONS)),
            _rebinding(**settings.get("rebinding", {})),
            Lifetimes(*settings["lifetimes"]) if settings.get("lifetimes") else None,
            str(settings.get("identity", "")).encode("ascii"),
            _encryption(settings.get("tls")),
            bool(settings.get("monitored", True)),
            _structured(settings.get("structured")),
            bool(settings.get("forwards_single_labels", False)),
            _wishes(settings.get("wishes")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"not a worker's settings: {error}", file=path) from error


def _client_limits(usual: Numbers = USUAL, networks: Iterable[tuple[str, Numbers]] = ()) -> ClientLimits:
    of_networks = [(ip_network(network), Limits(*own)) for network, own in networks]
    return ClientLimits(Limits(*usual), of_networks)


def _strategy(name: str) -> str:
    if name not in STRATEGIES:
        raise KeyError(name)
    return name


def _rebinding(protect: bool = False, allow: Iterable[str] = ()) -> Rebinding:
    return Rebinding(protect, frozenset(map(bytes.fromhex, allow)))


def _structured(given: dict[str, Any] | None) -> StructuredErrors | None:
    if given is None:
        return None
    return StructuredErrors(
        int(given["option"]), tuple(map(str, given["contacts"])), str(given["organization"])
    )


def _encryption(tls: dict[str, Any] | None) -> Encryption | None:
    if tls is None:
        return None
    name = tls["name"]
    return Encryption(
        Path(tls["certificate"]),
        Path(tls["key"]),
        None if name is None else bytes.fromhex(name),
        tls["doh_path"],
    )


def _wishes(given: dict[str, Any] | None) -> Wishes | None:
    if given is None:
        return None
    return Wishes(
        _wished(given["upstreams"]),
        {bytes.fromhex(name): _wished(wanted) for name, wanted in given["routes"].items()},
        tuple((str(address), int(port)) for address, port in given["listeners"]),
    )


def _wished(wanted: list[list[Any] | None]) -> tuple[Place | None, ...]:
    return tuple(None if place is None else Place(*place) for place in wanted)


def _upstreams(places: list[list[Any]]) -> tuple[Place, ...]:
    return tuple(Place(*place) for place in places)
