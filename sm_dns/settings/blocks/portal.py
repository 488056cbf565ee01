"""The block `portal` of the configuration: the block page and the notice portal."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import Field

from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.types import Block, Domain, LinkPath, Listen

MAX_LISTENERS = 16
HTTP_PORT = 80


class PortalSettings(Block):
    """Where pages are served, under which name and certificate; off without addresses.

    `acknowledgements`: whether "I have read this" is taken down (NOT-6).
    """

    listen: Annotated[tuple[Listen, ...], Field(max_length=MAX_LISTENERS)] = ()
    https: Annotated[tuple[Listen, ...], Field(max_length=MAX_LISTENERS)] = ()
    name: Domain | None = None
    certificate: LinkPath | None = None
    key: LinkPath | None = None
    acknowledgements: bool = False

    @property
    def places(self) -> tuple[Endpoint, ...]:
        """Everything pages are served on."""
        return (*self.listen, *self.https)

    @property
    def is_on(self) -> bool:
        """Whether pages are served at all."""
        return bool(self.places)

    def page_address(self, version: int) -> str | None:
        """The first address of that IP version at which a browser finds the block page: on port 80, and not one that
        only this host can reach."""
        for endpoint in self.listen:
            address = ipaddress.ip_address(endpoint.address)
            near = address.is_unspecified or address.is_loopback or address.is_link_local
            if endpoint.port == HTTP_PORT and address.version == version and not near:
                return str(address)
        return None
