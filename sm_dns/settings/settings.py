"""The whole configuration as one sealed value: strict types, safe defaults, errors with file and line.

`load.py` is the only way in. Relative paths are meant from the folder of the configuration file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from sm_dns.policy.categories import SHIPPED, Category
from sm_dns.policy.schedule import ScheduleDocument
from sm_dns.settings.blocks.audit import AuditSettings
from sm_dns.settings.blocks.feeds import FeedsSettings
from sm_dns.settings.blocks.fleet import POLICY_KEYS, FleetSettings
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.blocks.monitoring import MonitoringSettings
from sm_dns.settings.blocks.notice import NoticeSettings
from sm_dns.settings.blocks.policy import (
    BypassSettings,
    CalendarSettings,
    CategorySettings,
    GroupSettings,
    ServiceRules,
)
from sm_dns.settings.blocks.portal import PortalSettings
from sm_dns.settings.blocks.reports import MAX_REPORTS, ReportSettings, SmtpSettings
from sm_dns.settings.blocks.requests import RequestSettings
from sm_dns.settings.blocks.resolver import (
    OWN_UNBOUND,
    SYSTEM,
    AddressPair,
    CacheSettings,
    EdnsSettings,
    LanSettings,
    LimitSettings,
    RebindingSettings,
    TlsSettings,
    TrustedForwarders,
    TtlSettings,
    Upstream,
)
from sm_dns.settings.blocks.validation import ValidationSettings
from sm_dns.settings.blocks.web import WebSettings
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.types import DOMAINS_ONCE, Block, ConfigPath, Domain, Id, Listen, Name
from sm_dns.settings.yaml_source import Source
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, message

MAX_RULES = 512  # services with rules of their own
# One string of a TXT record, which people read in the output of a tool.
Identity = Annotated[str, Field(pattern=r"^[ -~]{0,64}$")]

Routes = Annotated[dict[Domain, Annotated[tuple[Upstream, ...], Field(min_length=1)]], DOMAINS_ONCE]


class LogSettings(Block):
    """How much the service says on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(Block):
    """A whole, checked configuration. Equal files in equal folders give equal settings."""

    listen: Annotated[tuple[Listen, ...], Field(min_length=1)] = (
        Endpoint("127.0.0.1", 5335),
        Endpoint("::1", 5335),
    )
    upstreams: Annotated[tuple[Upstream, ...], Field(min_length=1)] = (SYSTEM,)
    validation: ValidationSettings = ValidationSettings()
    strategy: Literal["fastest", "failover", "parallel", "random"] = "fastest"
    routes: Routes = {}  # noqa: RUF012 (pydantic copies it)
    schedules: Annotated[dict[Name, ScheduleDocument], Field(min_length=1)]
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
    trusted_forwarders: TrustedForwarders = {}  # noqa: RUF012 (pydantic copies it)
    lists: tuple[ListSettings, ...] = ()
    optional_services: tuple[Id, ...] = ()
    services: Annotated[dict[Id, ServiceRules], Field(max_length=MAX_RULES)] = {}  # noqa: RUF012 (pydantic copies it)
    calendars: dict[Name, CalendarSettings] = {}  # noqa: RUF012 (pydantic copies it)
    bypass: BypassSettings = BypassSettings()
    rebinding: RebindingSettings = RebindingSettings()
    edns: EdnsSettings = EdnsSettings()
    identity: Identity = ""
    forward_single_labels: bool = False
    lan_names: LanSettings | None = None
    tls: TlsSettings = TlsSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    notice: NoticeSettings = NoticeSettings()
    web: WebSettings = WebSettings()
    feeds: FeedsSettings = FeedsSettings()
    portal: PortalSettings = PortalSettings()
    requests: RequestSettings = RequestSettings()
    reports: Annotated[tuple[ReportSettings, ...], Field(max_length=MAX_REPORTS)] = ()
    smtp: SmtpSettings | None = None
    audit: AuditSettings = AuditSettings()
    fleet: FleetSettings = FleetSettings()
    log: LogSettings = LogSettings()

    _source: Source = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        self._source = context["source"]

    @property
    def file(self) -> Path:
        """The configuration file that was read."""
        return self._source.file

    def bad(self, reason: str | Message, /, *key: str | int, **values: object) -> BadInput:
        """An error about the value at a key path, with the file and the line of the key."""
        file, line = self._source.place(key)
        return BadInput(message(reason, values), file=file, line=line)

    def bad_path(self, reason: Message) -> BadInput:
        """An error whose reason starts with a key path, with the file and the line of that key."""
        file, line = self._source.place_of(str(reason).partition(": ")[0])
        return BadInput(reason, file=file, line=line)

    @property
    def policy_part(self) -> dict[str, Any]:
        """What of the configuration is the policy of a fleet, as it was written."""
        return {key: self._source.value[key] for key in POLICY_KEYS if key in self._source.value}

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The keys that stand in the file and are not read, for this server has them from its fleet."""
        return self._source.aside

    @property
    def listeners(self) -> tuple[Endpoint, ...]:
        """Everything this server answers on, encrypted or not."""
        return (*self.listen, *self.tls.dot, *self.tls.doh)

    @property
    def asks_own_unbound(self) -> bool:
        """Whether anything is asked of our own unbound."""
        return any(OWN_UNBOUND in wanted for wanted in (self.upstreams, *self.routes.values()))

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
    def services_on(self) -> tuple[str, ...]:
        """Optional services that are listed: by their word, or since a rule is for them."""
        return tuple(dict.fromkeys((*self.optional_services, *self.services)))

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
