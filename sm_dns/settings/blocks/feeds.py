"""The block `feeds` of the configuration: the policy as zones for other resolvers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from sm_dns.settings.endpoint import DNS_PORT, Endpoint, parse_endpoint
from sm_dns.settings.types import Block, Domain, LinkPath, Listen, plain_text

MAX_SECONDARIES = 2_000

Engine = Literal["bind", "unbound", "powerdns", "knot", "other"]


def _secondary(text: object) -> Endpoint:
    return parse_endpoint(plain_text(text), default_port=DNS_PORT)


class SecondarySettings(Block):
    """A resolver that takes the zones. `key`: a file as `tsig-keygen` writes it."""

    address: Annotated[Endpoint, PlainValidator(_secondary)]
    engine: Engine = "other"
    key: LinkPath | None = None


class FeedsSettings(Block):
    """Off without addresses. `tls` and `https` need a certificate: this one, or that of the block `tls`."""

    listen: tuple[Listen, ...] = ()
    tls: tuple[Listen, ...] = ()
    https: tuple[Listen, ...] = ()
    certificate: LinkPath | None = None
    key: LinkPath | None = None
    suffix: Domain = "smdns"
    secondaries: Annotated[tuple[SecondarySettings, ...], Field(max_length=MAX_SECONDARIES)] = ()

    @property
    def is_on(self) -> bool:
        """Whether anything is handed out."""
        return bool(self.listen or self.tls or self.https)
