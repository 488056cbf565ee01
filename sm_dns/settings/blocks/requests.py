"""The block `requests` of the configuration: whether staff may ask for a closed site, and who is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sm_dns.settings.blocks.monitoring import Department
from sm_dns.settings.blocks.reports import MAX_RECIPIENTS, MailAddress
from sm_dns.settings.types import Block, Seconds
from sm_dns.util.errors import Wrong

MAX_RULES = 64  # of who is told by mail
_DAY = 86_400


def _page(text: str) -> str:
    if not text.startswith("https://") or not text.isascii() or not text.isprintable() or " " in text:
        raise Wrong("must be the address of the dashboard, such as https://dns.agency.gov.my:8443")
    return text.rstrip("/")


class RequestMail(Block):
    """Who is told of new requests: of these departments, or of all."""

    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    departments: tuple[Department, ...] = ()


class RequestSettings(Block):
    """longest: after which a request ends at the latest; keep: how long what has ended is kept; approvals: how many
    persons approve one; dashboard: the address that mail leads to."""

    enabled: bool = False
    longest: Annotated[Seconds, Field(ge=3_600, le=366 * _DAY)] = 31 * _DAY
    keep: Annotated[Seconds, Field(ge=_DAY, le=3_650 * _DAY)] = 90 * _DAY
    approvals: Literal[1, 2] = 1
    dashboard: Annotated[str, Field(max_length=200), AfterValidator(_page)] | None = None
    mail: Annotated[tuple[RequestMail, ...], Field(max_length=MAX_RULES)] = ()
