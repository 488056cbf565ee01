"""The letterhead of reports, the reports made by the clock, and the mail server that takes them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from email.headerregistry import Address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from sm_dns.i18n.catalogue import FIRST
from sm_dns.monitor.selection import Days
from sm_dns.report.request import Form, Kind, parse_band, parse_decisions
from sm_dns.settings.types import Block, Language, LinkPath, Name, folder
from sm_dns.state import report_months
from sm_dns.util.errors import BadInput, Wrong

MAX_REPORTS = 64
MAX_RECIPIENTS = 32
MAILTO = "mailto:"
HEADS = "heads"  # to each head of department the own sheet


def _line(text: str) -> str:
    if not text.isprintable():
        raise Wrong("must be one line of printable text")
    return text


def _band(text: str) -> str:
    return _worded(lambda: parse_band(text), text)


def _decision(text: str) -> str:
    return _worded(lambda: parse_decisions([text]), text)


def _worded(check: Callable[[], object], text: str) -> str:
    try:
        check()
    except BadInput as error:
        raise Wrong(error.reason) from error
    return text


def _mail_address(text: str) -> str:
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError) as error:
        raise Wrong("{text!r} is not an address of a mailbox", text=text) from error
    if not (found.username and found.domain and text.isascii() and text.isprintable()):
        raise Wrong("{text!r} is not an address of a mailbox", text=text)
    return text


def _destination(text: str, info: ValidationInfo) -> str:
    if text == HEADS:
        return text
    return mail_destination(text) if text.startswith(MAILTO) else str(folder(info) / text)


def mail_destination(text: str) -> str:
    """`mailto:ADDRESS[,ADDRESS]`, checked. Raises `Wrong`."""
    addresses = text.removeprefix(MAILTO).split(",")
    if len(addresses) > MAX_RECIPIENTS:
        raise Wrong("more than {most} recipients", most=MAX_RECIPIENTS)
    return MAILTO + ",".join(_mail_address(each.strip()) for each in addresses)


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]


class LetterheadDepartment(Block):
    """The department that sends reports, in Malay and in English."""

    ms: Line | None = None
    en: Line | None = None


class LetterheadSettings(Block):
    """What stands at the head of a report below the agency's name. logo: a PNG or JPEG file."""

    department: LetterheadDepartment = LetterheadDepartment()
    address: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    reference: Line | None = None
    logo: LinkPath | None = None


class ReportSettings(Block):
    """A report of the month before, made on a day of each month. to: a folder, mailto:ADDRESS[,ADDRESS], or heads."""

    name: Name
    kind: Kind
    every: Literal["monthly"] = "monthly"
    day: Annotated[int, Field(ge=1, le=28)] = 1
    to: Annotated[str, Field(min_length=1), AfterValidator(_destination)]
    services: tuple[Line, ...] = ()
    departments: tuple[Line, ...] = ()
    categories: tuple[Name, ...] = ()
    band: Annotated[str, AfterValidator(_band)] | None = None
    days: Days = "all"
    decisions: tuple[Annotated[str, AfterValidator(_decision)], ...] = ()
    format: Form = "pdf"
    lang: Language = FIRST

    @model_validator(mode="after")
    def _consistent(self) -> ReportSettings:
        if self.to == HEADS and self.kind != "department":
            raise Wrong("to: heads is for a report of the kind department: each head gets the own sheet")
        return self

    @property
    def recipients(self) -> tuple[str, ...]:
        """Mail addresses; none where the report goes to a folder."""
        return tuple(self.to.removeprefix(MAILTO).split(",")) if self.to.startswith(MAILTO) else ()

    @property
    def made_on(self) -> int:
        """The day of the month on which it is made: `day`, but the second where the last night of the month before is
        not over, and written down, when reports of the first are made."""
        if self.band is None:
            return self.day
        start, end = parse_band(self.band)
        lasts = end < start and 60 * end >= report_months.DUE_MINUTE
        return max(self.day, 2) if lasts else self.day


class SmtpSettings(Block):
    """The agency's mail server. Mail goes over TLS; without it only to this same host (SEC-1)."""

    host: Line
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: LinkPath | None = None
    user: Line | None = None
    password_file: LinkPath | None = None
    sender: MailAddress

    @model_validator(mode="after")
    def _consistent(self) -> SmtpSettings:
        if self.security == "none" and not _loopback(self.host):
            raise Wrong("security: none is only for a mail server on this host (127.0.0.1, ::1, localhost)")
        if (self.user is None) is not (self.password_file is None):
            raise Wrong("user and password_file belong together")
        return self


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
