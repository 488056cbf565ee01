"""The block `monitoring` of the configuration."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from sm_dns.monitor import headcount
from sm_dns.monitor.headcount import Week
from sm_dns.monitor.identity import host_rule
from sm_dns.monitor.identity.leases import forms as leases
from sm_dns.monitor.identity.logons import forms as logons
from sm_dns.monitor.identity.staff_map import MAX_KEY
from sm_dns.monitor.store.url import is_postgres
from sm_dns.settings.blocks.reports import MailAddress
from sm_dns.settings.types import Block, ConfigPath, Day, LinkPath, Name, Network, OneLine, folder, printable
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput, Wrong

MAX_LEASE_FILES = 16
MAX_LOGON_FILES = 8
MAX_APPROVERS = 16
MAX_BASES = 64  # of one department


def _place(text: str, info: ValidationInfo) -> str:
    if not is_postgres(text):
        return str(folder(info) / text)
    try:
        password = urlsplit(text).password
    except ValueError as error:
        raise Wrong("not an address of a server: {reason}", reason=error) from error
    if password is not None:
        raise Wrong("a password does not belong here: put it into a pgpass file ($PGPASSFILE)")
    return text


def _one_of(names: tuple[str, ...]) -> AfterValidator:
    def check(text: str) -> str:
        if text not in names:
            raise Wrong("must be one of {names}", names=", ".join(names))
        return text

    return AfterValidator(check)


def _rule(text: str) -> str:
    try:
        host_rule.parse(text)
    except BadInput as error:
        raise Wrong(error.reason) from error
    return text


LeaseFormat = Annotated[str, _one_of(leases.NAMES)]
LogonFormat = Annotated[str, _one_of(logons.NAMES)]
Department = Annotated[str, Field(min_length=1, max_length=MAX_KEY), AfterValidator(printable)]


def _week(value: object) -> Week:
    """A number for every weekday, or the weekdays that have one."""
    if not isinstance(value, dict):
        return (_number(value),) * headcount.DAYS
    if not value:
        raise _no_number()
    week: list[int | None] = [None] * headcount.DAYS
    for key, number in value.items():
        try:
            days = strict_json.weekdays(key, "")
        except BadInput:
            raise Wrong("{key!r} is no weekday: MON to SUN, or several such as TUE-THU", key=key) from None
        for day in days:
            if week[day] is not None:
                raise Wrong("{day} stands here a second time", day=strict_json.WEEKDAYS[day])
            week[day] = _number(number)
    return tuple(week)


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _no_number()
    if value < 0:
        raise Wrong("must be at least 0")
    return value


def _no_number() -> Wrong:
    return Wrong(
        "must be a number of staff, or numbers by weekday such as {MON: 1500, TUE-THU: 900, FRI: 1500}"
    )


class BaseSettings(Block):
    """How many staff there are from a local date on, on each weekday."""

    since: Annotated[Day | None, Field(alias="from")] = None
    base: Annotated[Week, PlainValidator(_week)]


def _bases(value: object, read: ValidatorFunctionWrapHandler) -> tuple[BaseSettings, ...]:
    """One number for all time, or one a weekday, or a list of dated ones."""
    if value is None:
        return ()
    if not isinstance(value, list):
        if not isinstance(value, int | dict) or isinstance(value, bool):
            raise Wrong(
                "must be a number of staff, numbers by weekday such as {MON: 1500, TUE-THU: 900, FRI: 1500}, or a "
                "list of {from: DATE, base: NUMBER}"
            )
        return (BaseSettings.model_construct(base=_week(value)),)
    found = cast(tuple[BaseSettings, ...], read(tuple(value)))
    dates = [each.since for each in found if each.since is not None]
    if len(dates) < len(found):
        raise Wrong("each number of a list must say from which date: {from: DATE, base: NUMBER}")
    for before, after in pairwise(dates):
        if before >= after:
            raise Wrong(
                "{after} must come later than {before}, which stands before it", after=after, before=before
            )
    return found


Bases = Annotated[tuple[BaseSettings, ...], Field(max_length=MAX_BASES), WrapValidator(_bases)]


class DepartmentSettings(Block):
    """A department: how many staff it has, its networks, and the mailbox of its head, who gets its sheet."""

    name: Department
    base: Bases = ()
    networks: tuple[Network, ...] = ()
    head: MailAddress | None = None


class LeaseSettings(Block):
    """Where a DHCP server tells its leases: a file, or Kea's control socket."""

    file: LinkPath | None = None
    format: LeaseFormat | None = None
    kea_socket: LinkPath | None = None

    @model_validator(mode="after")
    def _one_place(self) -> LeaseSettings:
        if (self.file is None) is (self.kea_socket is None):
            raise Wrong("must have a file or a kea_socket, and not both")
        if self.format is not None and self.file is None:
            raise Wrong("a format belongs to a file")
        return self


class LogonSettings(Block):
    """Where it is told who logged on: a file or a folder of files, or what programs push by the interface."""

    file: LinkPath | None = None
    format: LogonFormat | None = None
    api: bool = False

    @model_validator(mode="after")
    def _one_place(self) -> LogonSettings:
        if (self.file is None) is not self.api:
            raise Wrong("must have a file or `api: true`, and not both")
        if self.format is not None and self.file is None:
            raise Wrong("a format belongs to a file")
        return self


def _file(value: object) -> object:
    """A path alone is a file whose form is seen by itself."""
    return {"file": value} if isinstance(value, str) else value


Leases = Annotated[LeaseSettings, BeforeValidator(_file)]
Logons = Annotated[LogonSettings, BeforeValidator(_file)]


class RetentionSettings(Block):
    """How long counts are kept. Nothing is deleted without a recorded disposal authority (PRIV-5)."""

    raw_days: Annotated[int, Field(ge=1, le=36_500)] = 180
    aggregate_months: Annotated[int, Field(ge=1, le=1_200)] = 24
    disposal_authority: OneLine | None = None


class MonitoringSettings(Block):
    """Who used what: whether and where it is kept, and by what an address becomes a person."""

    enabled: bool = True
    store: Annotated[str, Field(min_length=1), AfterValidator(_place)] | None = None
    key_file: ConfigPath | None = None
    source: Name = "local"
    leases: Annotated[tuple[Leases, ...], Field(max_length=MAX_LEASE_FILES)] = ()
    logons: Annotated[tuple[Logons, ...], Field(max_length=MAX_LOGON_FILES)] = ()
    neighbours: bool = True
    staff_map: LinkPath | None = None
    host_rule: Annotated[str, AfterValidator(_rule)] | None = None
    base: Bases = ()
    departments: tuple[DepartmentSettings, ...] = ()
    small_cell: Annotated[int, Field(ge=2, le=100)] = 5
    approvers: Annotated[tuple[OneLine, ...], Field(max_length=MAX_APPROVERS)] = ()
    retention: RetentionSettings = RetentionSettings()
