"""The small blocks of a configuration about resolving: upstreams, addresses, lifetimes, limits, EDNS, encryption."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from sm_dns.dns.codes import Option
from sm_dns.dns.walk import MAX_TTL
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.clients.limits import CONNECTIONS, USUAL
from sm_dns.settings.endpoint import DOH_PATH, parse_upstream
from sm_dns.settings.types import (
    NETWORKS_ONCE,
    Block,
    Domain,
    LinkPath,
    Listen,
    Network,
    Seconds,
    plain_text,
    several,
)
from sm_dns.util.errors import Wrong

MAX_NETWORKS = 256  # with limits of their own, and of forwarders that are trusted

SYSTEM: Literal["system"] = "system"
OWN_UNBOUND: Literal["unbound"] = "unbound"
"""The unbound of the block `validation`."""

UpstreamWord = Literal["system", "unbound"]


def _upstream(value: object) -> UpstreamAddress | UpstreamWord:
    """One upstream: a word, an address, or `{address, validates}`. Raises `ValueError` with a reason."""
    if value == SYSTEM:
        return SYSTEM
    if value == OWN_UNBOUND:
        return OWN_UNBOUND
    if not isinstance(value, dict):
        return parse_upstream(plain_text(value))
    address, validates = value.get("address"), value.get("validates")
    if set(value) != {"address", "validates"} or not isinstance(validates, bool):
        raise Wrong("must be {form}", form="{address: ADDR, validates: true}")
    if address in (SYSTEM, OWN_UNBOUND):
        raise Wrong("{word!r} stands alone: of it the program knows whether it validates", word=address)
    return parse_upstream(plain_text(address))._replace(validates=validates)


def _address(version: Literal[4, 6]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            address = None
        if address is None or address.version != version:
            raise Wrong("{text!r} is not an IPv{version} address", text=text, version=version)
        if "%" in text:
            raise Wrong("a record cannot carry a zone: write the address without what begins at its %")
        return str(address)

    return AfterValidator(check)


Upstream = Annotated[UpstreamAddress | UpstreamWord, PlainValidator(_upstream)]
Ipv4 = Annotated[str, _address(4)]
Ipv6 = Annotated[str, _address(6)]


class AddressPair(Block):
    """An IPv4 and an IPv6 address, each optional."""

    ipv4: Ipv4 | None = None
    ipv6: Ipv6 | None = None


class TtlSettings(Block):
    """Upper bounds of TTLs in seconds, before the cut at the next edge."""

    denied: Annotated[Seconds, Field(le=60)] = 60
    permitted: Annotated[Seconds, Field(ge=1, le=3600)] = 300


class CacheSettings(Block):
    """`megabytes`: how much memory each worker's cache may take; the least recently used answer goes first.

    `min_ttl` and `max_ttl`: seconds that an answer lives at least and at most, whatever its zone says.
    """

    megabytes: Annotated[int, Field(ge=1, le=4096)] = 16
    min_ttl: Annotated[Seconds, Field(le=3600)] = 0
    max_ttl: Annotated[Seconds, Field(ge=1, le=MAX_TTL)] = MAX_TTL


QueriesPerSecond = Annotated[int, Field(ge=1, le=1_000_000)]
Burst = Annotated[int, Field(ge=1, le=10_000_000)]
Connections = Annotated[int, Field(ge=1, le=16_384)]


class NetworkLimitSettings(Block):
    """What one client of a network may; what is not said is as usual."""

    queries_per_second: QueriesPerSecond | None = None
    burst: Burst | None = None
    connections_per_client: Connections | None = None


NetworkLimits = Annotated[dict[Network, NetworkLimitSettings], NETWORKS_ONCE, Field(max_length=MAX_NETWORKS)]


class LimitSettings(NetworkLimitSettings):
    """What one client may: queries a second in the long run and at once, of which loopback has no usual bound, and
    connections held open, of so many that a listener has in all."""

    queries_per_second: QueriesPerSecond = int(USUAL.per_second)
    burst: Burst = int(USUAL.burst)
    connections_per_client: Connections = USUAL.connections
    connections: Connections = CONNECTIONS
    networks: NetworkLimits = {}  # noqa: RUF012 (pydantic copies it)


TellsBy = Literal["proxy", "ecs", "mac"]
"""How a trusted forwarder tells for whom it asks: the PROXY protocol (version 2), EDNS Client Subnet with the whole
address (RFC 7871), the hardware address in EDNS option 65001."""
Telling = Annotated[tuple[TellsBy, ...], BeforeValidator(several, Any), Field(min_length=1)]
TrustedForwarders = Annotated[dict[Network, Telling], NETWORKS_ONCE, Field(max_length=MAX_NETWORKS)]


class LanSettings(Block):
    """Names of the LAN's devices in a domain of the site, from the leases that monitoring reads."""

    domain: Domain
    source: Literal["leases"] = Field(alias="from")


class RebindingSettings(Block):
    """`protect`: keep private addresses out of answers of upstreams, but for names at or below `allow`."""

    protect: bool = False
    allow: tuple[Domain, ...] = ()


class EdnsSettings(Block):
    """`udp_size`: the largest UDP answer in octets (RFC 6891; 1232 avoids fragments).

    `structured_errors`: tell clients that ask so why a name is denied as JSON; `structured_option`: the number of the
    EDNS option by which they ask.
    """

    udp_size: Annotated[int, Field(ge=512, le=4096)] = 1232
    structured_errors: bool = False
    structured_option: Annotated[int, Field(ge=15, le=65_534)] = Option.EDE.value


class TlsSettings(Block):
    """Encrypted listeners, their certificate, and the name they are offered under; off without addresses."""

    certificate: LinkPath | None = None
    key: LinkPath | None = None
    name: Domain | None = None
    dot: tuple[Listen, ...] = ()
    doh: tuple[Listen, ...] = ()
    doh_path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]{0,127}$")] = DOH_PATH
