"""The block of a list of domains that is fetched by URL."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sm_dns.settings.types import Block, Id, Seconds
from sm_dns.util.download import FetchFailed, check_url
from sm_dns.util.errors import Wrong

Format = Literal["auto", "plain", "hosts", "adblock", "dnsmasq", "unbound", "rpz", "v2fly", "clash"]


def _url(text: str) -> str:
    try:
        check_url(text)
    except FetchFailed as error:
        raise Wrong("{text!r}: {reason}", text=text, reason=error) from error
    return text


class ListSettings(Block):
    """A list of domains fetched by URL. `max_unusable`: percent of its lines that may have no known form."""

    name: Id
    url: Annotated[str, AfterValidator(_url)]
    format: Format = "auto"
    category: Id
    service: Id | None = None
    refresh: Annotated[Seconds, Field(ge=300, le=30 * 86_400)] = 86_400
    allow_private: bool = False
    max_unusable: Annotated[int, Field(ge=0, le=100)] = 5

    @property
    def service_id(self) -> str:
        """The service that its names count as: the configured one, else the list itself."""
        return self.service or self.name
