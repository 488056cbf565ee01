"""The block `feeds` of the configuration: the policy as zones for other resolvers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from sm_dns.settings.endpoint import DNS_PORT, Endpoint, parse_endpoint
from sm_dns.settings.types import Block, Domain, LinkPath, Listen, plain_text
from sm_dns.util import ip_networks
from sm_dns.util.errors import Wrong

MAX_SECONDARIES = 2_000
MAX_SUFFIX = 63  # octets: names of networks stand before it, and 255 are all that a name may have
MAX_SOURCES = 8  # further addresses of one of them

Engine = Literal["bind", "unbound", "powerdns", "knot", "other"]


def _secondary(text: object) -> Endpoint:
    return parse_endpoint(plain_text(text), default_port=DNS_PORT)


def _address(text: object) -> str:
    found = ip_networks.canonical(plain_text(text))
    if found is None:
        raise Wrong("{text!r} is not an IP address", text=text)
    return found


Address = Annotated[str, PlainValidator(_address)]


class SecondarySettings(Block):
    """A resolver that takes the zones. `key`: a file as `tsig-keygen` writes it; `sources`: further addresses that it
    asks from."""

    address: Annotated[Endpoint, PlainValidator(_secondary)]
    engine: Engine = "other"
    key: LinkPath | None = None
    sources: Annotated[tuple[Address, ...], Field(max_length=MAX_SOURCES)] = ()


class FeedsSettings(Block):
    """Off without addresses. `tls` and `https` need a certificate: this one, or that of the block `tls`."""

    listen: tuple[Listen, ...] = ()
    tls: tuple[Listen, ...] = ()
    https: tuple[Listen, ...] = ()
    certificate: LinkPath | None = None
    key: LinkPath | None = None
    suffix: Annotated[Domain, Field(max_length=MAX_SUFFIX)] = "smdns"
    secondaries: Annotated[tuple[SecondarySettings, ...], Field(max_length=MAX_SECONDARIES)] = ()

    @property
    def is_on(self) -> bool:
        """Whether anything is handed out."""
        return bool(self.listen or self.tls or self.https)
