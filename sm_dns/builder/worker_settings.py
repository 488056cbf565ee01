"""What a configuration means for workers, as the plain values that they are handed."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.admin.local_zone import read_local_zone
from sm_dns.admin.surroundings import Surroundings
from sm_dns.builder.optional_parts import OptionalParts
from sm_dns.builder.upstreams import routes, upstreams, wishes
from sm_dns.dns import names
from sm_dns.dns.walk import MAX_TTL
from sm_dns.policy.denials.denial_text import Citation
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.worker_settings import LimitsRow, TellsRow, UpstreamRow, WorkerSettings
from sm_dns.settings.blocks.resolver import (
    CacheSettings,
    LimitSettings,
    NetworkLimitSettings,
    TrustedForwarders,
)
from sm_dns.settings.settings import Settings


def worker_settings(settings: Settings, around: Surroundings, parts: OptionalParts) -> WorkerSettings:
    """All of them. Raises `BadInput` for what cannot be meant."""
    return WorkerSettings(
        upstreams=_rows(upstreams(settings)),
        routes={names.from_text(name): _rows(wanted) for name, wanted in routes(settings).items()},
        wishes=wishes(settings),
        strategy=settings.strategy,
        local=tuple((*record,) for record in read_local_zone(around.site_files)),
        cache_bytes=settings.cache.megabytes << 20,
        udp_size=settings.edns.udp_size,
        limits=(*_numbers(settings.limits, settings.limits), False),
        network_limits=tuple(_network_limits(settings.limits)),
        connections=settings.limits.connections,
        trusted_forwarders=tuple(_trusted_forwarders(settings.trusted_forwarders)),
        protects_from_rebinding=settings.rebinding.protect,
        private_names=frozenset(map(names.from_text, settings.rebinding.allow)),
        lifetimes=_lifetimes(settings.cache),
        identity=settings.identity,
        forwards_single_labels=settings.forward_single_labels,
        tls=parts.tls,
        monitored=settings.monitoring.enabled,
        structured=_structured(settings),
        citation=_citation(settings),
    )


def _rows(places: Iterable[UpstreamAddress]) -> tuple[UpstreamRow, ...]:
    return tuple((*place,) for place in places)


def _network_limits(limits: LimitSettings) -> Iterable[tuple[str, LimitsRow]]:
    for network, own in limits.networks.items():
        yield network, (*_numbers(own, limits), _says_queries(own))


def _trusted_forwarders(forwarders: TrustedForwarders) -> Iterable[tuple[str, TellsRow]]:
    for network, ways in forwarders.items():
        yield network, ("proxy" in ways, "ecs" in ways, "mac" in ways)


def _numbers(own: NetworkLimitSettings, usual: LimitSettings) -> tuple[int, int, int]:
    """The numbers of a client's limits, the usual ones where a network says nothing."""
    return (
        own.queries_per_second or usual.queries_per_second,
        own.burst or usual.burst,
        own.connections_per_client or usual.connections_per_client,
    )


def _says_queries(own: NetworkLimitSettings) -> bool:
    """Whether a network says how many queries: then that holds on loopback too."""
    return own.queries_per_second is not None or own.burst is not None


def _structured(settings: Settings) -> tuple[int, tuple[str, ...], str] | None:
    """What clients are told as JSON of a denied name; None where they are not."""
    if not settings.edns.structured_errors:
        return None
    return (
        settings.edns.structured_option,
        tuple(settings.notice.contact_uris),
        settings.notice.agency.ms or "",
    )


def _citation(settings: Settings) -> Citation:
    """What a denial rests on, in short."""
    instrument = settings.notice.own_profile.instrument
    return Citation(instrument.reference, instrument.hours, instrument.streaming)


def _lifetimes(cache: CacheSettings) -> tuple[int, int] | None:
    """Bounds of TTLs; None where they bound nothing that is not bounded anyway."""
    return (cache.min_ttl, cache.max_ttl) if cache.min_ttl or cache.max_ttl < MAX_TTL else None
