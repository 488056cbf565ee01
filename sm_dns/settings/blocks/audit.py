"""The block `audit` of the configuration: where the head of the audit's chain is told, so that a rewrite is seen."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from sm_dns.settings.blocks.reports import MAILTO, mail_destination
from sm_dns.settings.types import Block, Seconds, folder
from sm_dns.util.errors import Wrong

MAX_PLACES = 8
SYSLOG = "syslog"
FILE = "file:"


def _place(text: str, info: ValidationInfo) -> str:
    if text == SYSLOG:
        return text
    if text.startswith(MAILTO):
        return mail_destination(text)
    path = text.removeprefix(FILE)
    if not text.startswith(FILE) or not path:
        raise Wrong("must be syslog, file:PATH or mailto:ADDRESS")
    return f"{FILE}{folder(info) / path}"


Place = Annotated[str, AfterValidator(_place)]


class PushHeadSettings(Block):
    """every: how often; to: `syslog`, `file:PATH`, `mailto:ADDRESS[,ADDRESS]`."""

    every: Annotated[Seconds, Field(ge=60, le=7 * 86_400)] = 3600
    to: Annotated[tuple[Place, ...], Field(min_length=1, max_length=MAX_PLACES)]


class AuditSettings(Block):
    """The head is told nowhere unless it is said where."""

    push_head: PushHeadSettings | None = None
