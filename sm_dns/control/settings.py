"""The whole configuration as one sealed value: strict types, safe defaults, errors with file and line.

`load_settings` is the only way in. Relative paths are meant from the folder of the configuration file.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationError,
)

from sm_dns.control.endpoint import DOH_PATH, Endpoint, parse_upstream
from sm_dns.control.fetch import FetchFailed, check_url
from sm_dns.control.monitoring_settings import MonitoringSettings, NoticeSettings
from sm_dns.control.plain_words import first_problem
from sm_dns.control.portal_settings import PortalSettings
from sm_dns.control.report_settings import MAX_REPORTS, ReportSettings, SmtpSettings
from sm_dns.control.setting_types import (
    Block,
    ConfigPath,
    Domain,
    Id,
    LinkPath,
    Listen,
    Name,
    Network,
    Seconds,
    plain_text,
)
from sm_dns.control.web_settings import WebSettings
from sm_dns.control.yaml_source import Key, Source, load
from sm_dns.dns.codes import Option
from sm_dns.dns.walk import MAX_TTL
from sm_dns.errors import BadInput
from sm_dns.policy.catalogue import SHIPPED, Category
from sm_dns.policy.schedule import Schedule
from sm_dns.resolve.upstream import Place

Action = Literal["allow", "deny", "schedule", "permit"]
AnswerMode = Literal["sinkhole", "nxdomain", "nodata", "refused"]
Mode = Literal["enforce", "monitor", "off"]
Format = Literal["auto", "plain", "hosts", "adblock", "dnsmasq", "rpz", "v2fly"]

SYSTEM: Literal["system"] = "system"
PACKAGED_STATE = "/var/lib/sm-dns"


def _upstream(text: object) -> Place | Literal["system"]:
    return SYSTEM if text == SYSTEM else parse_upstream(plain_text(text))


def _address(version: Literal[4, 6]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            address = None
        if address is None or address.version != version:
            raise ValueError(f"{text!r} is not an IPv{version} address")
        return str(address)

    return AfterValidator(check)


def _url(text: str) -> str:
    try:
        check_url(text)
    except FetchFailed as error:
        raise ValueError(f"{text!r}: {error}") from error
    return text


Upstream = Annotated[Place | Literal["system"], PlainValidator(_upstream)]
Ipv4 = Annotated[str, _address(4)]
Ipv6 = Annotated[str, _address(6)]
# One string of a TXT record, which people read in the output of a tool.
Identity = Annotated[str, Field(pattern=r"^[ -~]{0,64}$")]


class GroupSettings(Block):
    """A set of client networks under one mode; `schedule` is filled in by `Settings.schedule_of`."""

    name: Name
    clients: Annotated[tuple[Network, ...], Field(min_length=1)]
    mode: Mode = "enforce"
    schedule: str | None = None


class CategorySettings(Block):
    """What to do with a category. Keys left out keep the shipped value; a new category needs `action`."""

    action: Action | None = None
    answer: AnswerMode | None = None


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


class LimitSettings(Block):
    """What one client may ask: queries a second in the long run, and at once. Loopback has no bound."""

    queries_per_second: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    burst: Annotated[int, Field(ge=1, le=10_000_000)] = 2_000


class ListSettings(Block):
    """A list of domains fetched by URL."""

    name: Id
    url: Annotated[str, AfterValidator(_url)]
    format: Format = "auto"
    category: Id
    service: Id | None = None
    refresh: Annotated[Seconds, Field(ge=300, le=30 * 86_400)] = 86_400
    allow_private: bool = False

    @property
    def service_id(self) -> str:
        """The service that its names count as: the configured one, else the list itself."""
        return self.service or self.name


class CalendarSettings(Block):
    """Whose public holidays to propose (country and subdivision), and which schedules keep them."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: Name | None = None
    schedules: Annotated[tuple[str, ...], Field(min_length=1)]


class BypassSettings(Block):
    """`signals_in_monitor`: answer canary and relay names negatively in `monitor` groups too."""

    signals_in_monitor: bool = False


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


class LogSettings(Block):
    """How much the service says on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class TlsSettings(Block):
    """Encrypted listeners, their certificate, and the name they are offered under; off without addresses."""

    certificate: LinkPath | None = None
    key: LinkPath | None = None
    name: Domain | None = None
    dot: tuple[Listen, ...] = ()
    doh: tuple[Listen, ...] = ()
    doh_path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]{0,127}$")] = DOH_PATH


class Settings(Block):
    """A whole, checked configuration. Equal files in equal folders give equal settings."""

    listen: Annotated[tuple[Listen, ...], Field(min_length=1)] = (
        Endpoint("127.0.0.1", 5335),
        Endpoint("::1", 5335),
    )
    upstreams: Annotated[tuple[Upstream, ...], Field(min_length=1)] = (SYSTEM,)
    strategy: Literal["fastest", "failover", "parallel", "random"] = "fastest"
    routes: dict[Domain, Annotated[tuple[Upstream, ...], Field(min_length=1)]] = {}  # noqa: RUF012 (pydantic copies it)
    schedules: Annotated[dict[Name, dict[str, Any]], Field(min_length=1)]
    groups: tuple[GroupSettings, ...] = ()
    zones_dir: ConfigPath
    state_dir: ConfigPath
    calendar_dir: ConfigPath
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    categories: dict[Id, CategorySettings] = {}  # noqa: RUF012 (pydantic copies it)
    sinkhole: AddressPair = AddressPair()
    block_page: AddressPair = AddressPair()
    ttl: TtlSettings = TtlSettings()
    cache: CacheSettings = CacheSettings()
    limits: LimitSettings = LimitSettings()
    lists: tuple[ListSettings, ...] = ()
    calendars: dict[Name, CalendarSettings] = {}  # noqa: RUF012 (pydantic copies it)
    bypass: BypassSettings = BypassSettings()
    rebinding: RebindingSettings = RebindingSettings()
    edns: EdnsSettings = EdnsSettings()
    identity: Identity = ""
    tls: TlsSettings = TlsSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    notice: NoticeSettings = NoticeSettings()
    web: WebSettings = WebSettings()
    portal: PortalSettings = PortalSettings()
    reports: Annotated[tuple[ReportSettings, ...], Field(max_length=MAX_REPORTS)] = ()
    smtp: SmtpSettings | None = None
    log: LogSettings = LogSettings()

    _source: Source = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        self._source = context["source"]

    @property
    def file(self) -> Path:
        """The configuration file that was read."""
        return self._source.file

    def bad(self, reason: str, *key: str | int) -> BadInput:
        """An error about the value at a key path, with the file and the line of the key."""
        return BadInput(reason, file=self.file, line=self._source.line(key))

    def bad_path(self, reason: str) -> BadInput:
        """An error whose reason starts with a key path, with the file and the line of that key."""
        return BadInput(reason, file=self.file, line=self._source.line_of(reason.partition(": ")[0]))

    @property
    def listeners(self) -> tuple[Endpoint, ...]:
        """Everything this server answers on, encrypted or not."""
        return (*self.listen, *self.tls.dot, *self.tls.doh)

    @property
    def all_categories(self) -> tuple[Category, ...]:
        """The shipped categories as they are configured here, then the site's own in the order of the file."""
        shipped = {category.name: category for category in SHIPPED}
        own = [Category(name, "deny") for name in self.categories if name not in shipped]
        return tuple(self._configured(category) for category in (*SHIPPED, *own))

    def _configured(self, category: Category) -> Category:
        given = self.categories.get(category.name, CategorySettings())
        return Category(category.name, given.action or category.action, given.answer or category.answer)

    @property
    def default_schedule(self) -> str:
        """The schedule named `default`, or else the first of the file."""
        return "default" if "default" in self.schedules else next(iter(self.schedules))

    def schedule_of(self, group: GroupSettings) -> str:
        """The name of the schedule that a group keeps."""
        return group.schedule or self.default_schedule

    @property
    def sinkhole_ipv4(self) -> str:
        """Where denied A queries point: the sinkhole, else a block page, ours or another's, else 0.0.0.0."""
        unset = "0.0.0.0"  # noqa: S104 (an answer, not a listener)
        return self.sinkhole.ipv4 or self.block_page.ipv4 or self.portal.page_address(4) or unset

    @property
    def sinkhole_ipv6(self) -> str:
        """Where denied AAAA queries point: the sinkhole, else a block page, ours or another's, else ::."""
        return self.sinkhole.ipv6 or self.block_page.ipv6 or self.portal.page_address(6) or "::"


def load_settings(path: Path) -> Settings:
    """Read and check a configuration file. Raises `BadInput` with file, line and a reason in plain words."""
    source = load(path.absolute())
    if not isinstance(source.value, dict):
        raise BadInput("is not a configuration: it must have the keys listen, schedules, ...", file=path)
    document = _defaults(source.file) | source.value
    try:
        settings = Settings.model_validate_json(json.dumps(document), context={"source": source})
    except ValidationError as error:
        key, reason = first_problem(error, Settings, source)
        raise BadInput(reason, file=source.file, line=source.line(key)) from error
    for key, reason in _contradictions(settings):
        raise settings.bad(reason, *key)
    for name, schedule in settings.schedules.items():
        check_schedule(settings, name, schedule)
    return settings


def check_schedule(settings: Settings, name: str, document: dict[str, Any]) -> Schedule:
    """The schedule of a JSON form. Raises `BadInput` that names the key, and its line in the configuration."""
    try:
        return Schedule.from_json(document, f"schedules.{name}")
    except BadInput as error:
        raise settings.bad_path(error.reason) from error


def default_state_dir(file: Path) -> str:
    """The state directory of a configuration that names none, as that file would write it."""
    return PACKAGED_STATE if file.is_relative_to("/etc") else "var"


def _defaults(file: Path) -> dict[str, Any]:
    return {"zones_dir": "zones", "calendar_dir": "calendar", "state_dir": default_state_dir(file)}


def _contradictions(settings: Settings) -> Iterator[tuple[Key, str]]:
    """What is wrong between keys that are each well formed."""
    yield from _equal_networks(settings)
    yield from _unknown_schedules(settings)
    yield from _unknown_categories(settings)
    yield from _unusable_listeners(settings)
    if settings.cache.min_ttl > settings.cache.max_ttl:
        yield ("cache", "min_ttl"), "cache.min_ttl: is more than cache.max_ttl"
    names: set[str] = set()
    for at, group in enumerate(settings.groups):
        if group.name in names:
            yield ("groups", at, "name"), f"a group named {group.name!r} stands above already"
        names.add(group.name)
    departments: set[str] = set()
    for at, department in enumerate(settings.monitoring.departments):
        if department.name in departments:
            key = ("monitoring", "departments", at, "name")
            yield key, f"a department named {department.name!r} stands above already"
        departments.add(department.name)
    reports: set[str] = set()
    for at, report in enumerate(settings.reports):
        if report.name in reports:
            yield ("reports", at, "name"), f"a report named {report.name!r} stands above already"
        reports.add(report.name)
        if report.recipients and settings.smtp is None:
            yield ("reports", at, "to"), f"report {report.name!r} goes by mail: say which server, in smtp"
    lists: set[str] = set()
    for at, remote in enumerate(settings.lists):
        if remote.name in lists:
            yield ("lists", at, "name"), f"a list named {remote.name!r} stands above already"
        lists.add(remote.name)


def _unusable_listeners(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Encrypted listeners without a certificate, and TCP places that are given twice."""
    tls, portal = settings.tls, settings.portal
    taken = {endpoint for endpoint in settings.listen if endpoint.port}
    has_certificate = tls.certificate is not None and tls.key is not None
    for key, endpoints in (("dot", tls.dot), ("doh", tls.doh)):
        if endpoints and not has_certificate:
            yield ("tls", key), f"tls.{key}: needs tls.certificate and tls.key"
        yield from _taken_twice(("tls", key), endpoints, taken)
    if (portal.certificate is None) is not (portal.key is None):
        yield ("portal",), "portal: certificate and key go together"
    if portal.https and portal.certificate is None and not has_certificate:
        yield ("portal", "https"), "portal.https: needs portal.certificate and portal.key, or those of tls"
    yield from _taken_twice(("portal", "listen"), portal.listen, taken)
    yield from _taken_twice(("portal", "https"), portal.https, taken)


def _taken_twice(key: Key, endpoints: Iterable[Endpoint], taken: set[Endpoint]) -> Iterator[tuple[Key, str]]:
    """Those that stand in `taken` already; the others are added to it."""
    for at, endpoint in enumerate(endpoints):
        if endpoint in taken:
            yield (*key, at), f"{endpoint} is listened on already"
        if endpoint.port:
            taken.add(endpoint)


def _equal_networks(settings: Settings) -> Iterator[tuple[Key, str]]:
    owners: dict[str, str] = {}
    for at, group in enumerate(settings.groups):
        for which, network in enumerate(group.clients):
            if network in owners:
                key = ("groups", at, "clients", which)
                yield key, f"{network} belongs to group {owners[network]!r} already: a client has one group"
            owners[network] = group.name


def _unknown_schedules(settings: Settings) -> Iterator[tuple[Key, str]]:
    known = ", ".join(settings.schedules)
    for at, group in enumerate(settings.groups):
        if group.schedule is None and len(settings.schedules) > 1 and "default" not in settings.schedules:
            yield ("groups", at), f"group {group.name!r} must name its schedule, one of: {known}"
        if group.schedule is not None and group.schedule not in settings.schedules:
            yield ("groups", at, "schedule"), f"there is no schedule {group.schedule!r}; there are: {known}"
    for name, calendar in settings.calendars.items():
        for which, schedule in enumerate(calendar.schedules):
            if schedule not in settings.schedules:
                key = ("calendars", name, "schedules", which)
                yield key, f"there is no schedule {schedule!r}; there are: {known}"


def _unknown_categories(settings: Settings) -> Iterator[tuple[Key, str]]:
    shipped = {category.name for category in SHIPPED}
    for name, category in settings.categories.items():
        if name not in shipped and category.action is None:
            yield (
                ("categories", name),
                f"category {name!r} is new: say its action (allow, deny, schedule, permit)",
            )
    known = [category.name for category in settings.all_categories]
    for at, remote in enumerate(settings.lists):
        if remote.category not in known:
            there = ", ".join(known)
            yield ("lists", at, "category"), f"there is no category {remote.category!r}; there are: {there}"
