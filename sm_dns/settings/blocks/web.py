"""The block `web` of the configuration: where the dashboard and its interface answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sm_dns.i18n.catalogue import FIRST
from sm_dns.settings.types import Block, Language, LinkPath, Listen, Network, Seconds

MAX_HOSTS = 16

Host = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]


class WebSettings(Block):
    """Off without addresses. Addresses other than loopback need a certificate: this one, or that of `tls`."""

    listen: tuple[Listen, ...] = ()
    certificate: LinkPath | None = None
    key: LinkPath | None = None
    hosts: Annotated[tuple[Host, ...], Field(max_length=MAX_HOSTS)] = ()
    metrics: tuple[Network, ...] = ("127.0.0.0/8", "::1/128")
    language: Language = FIRST
    session_idle: Annotated[Seconds, Field(ge=60, le=86_400)] = 1800
    session_longest: Annotated[Seconds, Field(ge=60, le=7 * 86_400)] = 43_200
