"""What `check` finds beside plain mistakes: a configuration that loads and is still not what its owner wants."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator
from itertools import combinations

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.admin.local_zone import read_local_zone
from sm_dns.admin.surroundings import Surroundings
from sm_dns.builder.calendar_checks import calendar_findings
from sm_dns.builder.hours_checks import hours_findings
from sm_dns.builder.list_checks import list_findings
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.builder.plans.feeds import feed_findings
from sm_dns.builder.portal_checks import portal_findings
from sm_dns.builder.upstreams import routes, upstreams
from sm_dns.builder.who_checks import named, who_findings
from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.diagnose.worker_findings import NO_UPSTREAM
from sm_dns.i18n.catalogue import languages, slips
from sm_dns.lists.list_read import ListRead
from sm_dns.policy import windows
from sm_dns.policy.clients.who import GROUP, OWN_LINKS, is_identity, kind_of, value_of
from sm_dns.policy.groups import DEFAULT
from sm_dns.policy.schedule import Schedule
from sm_dns.serve.upstreams.resolv_conf import RESOLV_CONF, lack
from sm_dns.settings.blocks.policy import GroupSettings
from sm_dns.settings.client_networks import refused_links
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store, service_rules_store
from sm_dns.state.place import PACKAGED_STATE
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding

MANY_FORWARDERS = 16  # addresses of one network: servers stand in none that is larger


def findings(
    settings: Settings, around: Surroundings, reads: Iterable[ListRead], now: float
) -> list[Finding]:
    """All findings at `now` (POSIX seconds). `reads` is what was read of the lists of the site and by URL.

    Raises `BadInput` where a file cannot be used at all.
    """
    schedules = {
        name: check_schedule(settings, name, document)
        for name, document in merged_schedules(settings).items()
    }
    read_local_zone(around.site_files)  # raises where it cannot be used
    return [
        *_upstreams(settings),
        *_places(settings),
        *_permanent_blocks(settings, schedules, now),
        *calendar_findings(settings, schedules, now),
        *hours_findings(settings, schedules, now),
        *_not_in_force(schedules),
        *list_findings(settings, reads, now),
        *_overlaps(settings),
        *_everybody(settings, now),
        *who_findings(settings, now),
        *_for_groups_gone(settings, now),
        *_forwarders(settings),
        *_refused_links(settings, around),
        *_notice(settings),
        *_catalogues(),
        *portal_findings(settings),
        *feed_findings(settings, around, now),
        *_set_aside(settings),
    ]


def _set_aside(settings: Settings) -> Iterator[Finding]:
    if settings.set_aside:
        yield finding(
            "note",
            "not read here, for this server has them from its fleet: {keys}",
            keys=", ".join(settings.set_aside),
        )


def _upstreams(settings: Settings) -> Iterator[Finding]:
    try:
        if not upstreams(settings):
            yield NO_UPSTREAM[lack(RESOLV_CONF)]
        routes(settings)
    except BadInput as error:
        yield finding("error", error.message)


def _places(settings: Settings) -> Iterator[Finding]:
    if settings.state_dir.is_relative_to("/etc"):
        yield finding(
            "warning",
            "state_dir {state_dir} lies below /etc, where the service may not write: leave the "
            "key out, it is then {place}",
            state_dir=settings.state_dir,
            place=PACKAGED_STATE,
        )


def _permanent_blocks(settings: Settings, schedules: dict[str, Schedule], now: float) -> Iterator[Finding]:
    """MODE-2: hours are limited, not taken away."""
    enforcing = {
        settings.schedule_of(group): group.name for group in settings.groups if group.mode == "enforce"
    }
    enforcing.setdefault(settings.default_schedule, "default")
    for schedule, group in enforcing.items():
        if windows.never_opens(schedules[schedule], now):
            yield finding(
                "warning",
                "schedule {schedule!r} permits nothing in the coming 7 days: group {group!r} is "
                "under a permanent block, but the Government decided that use is not blocked",
                schedule=schedule,
                group=group,
            )


def _not_in_force(schedules: dict[str, Schedule]) -> Iterator[Finding]:
    for name, schedule in schedules.items():
        if schedule.effective_from is None:
            yield finding(
                "note", "schedule {name!r} has no effective_from: its rules are in force", name=name
            )


def _notice(settings: Settings) -> Iterator[Finding]:
    """PRIV-7: staff are told before monitoring starts."""
    notice = settings.notice
    if settings.monitoring.enabled and None in (notice.agency.ms, notice.agency.en, notice.contact):
        yield finding(
            "warning",
            "monitoring is on and no notice says by whom and whom to ask: set notice.agency (ms, en) and "
            "notice.contact, and tell the staff before it starts",
        )


def _catalogues() -> Iterator[Finding]:
    """What of the texts that people read cannot be used: it is said in English."""
    for language in languages():
        for slip in slips(language):
            yield finding("warning", slip.message)


def monitoring_files(settings: Settings) -> Iterator[Finding]:
    """What `check` finds in the files by which addresses become persons; a running server looks at them itself."""
    now = time.time()
    if not settings.monitoring.enabled and not named(settings, now):
        return
    sources = IdentitySources(monitoring_plan(settings))
    sources.look(now)
    for said in sources.problems():
        yield finding("warning", said)
    for said in sources.described(now):
        yield finding("note", said)


def _forwarders(settings: Settings) -> Iterator[Finding]:
    """Trusted forwarders that are many: each in the network may say that it is somebody else."""
    for network in map(ipaddress.ip_network, settings.trusted_forwarders):
        if network.num_addresses > MANY_FORWARDERS:
            yield finding(
                "warning",
                "everybody in {network} is a trusted forwarder and may ask as somebody else: name each server by its "
                "own address",
                network=network,
            )


def _everybody(settings: Settings, now: float) -> Iterator[Finding]:
    """Groups and exemptions that mean the whole internet, mostly by mistake."""
    for group in settings.groups:
        for network in map(ipaddress.ip_network, _named(group)):
            if not network.prefixlen:
                yield finding(
                    "warning",
                    "{network} of group {name!r} is everybody: who reaches this server from anywhere is "
                    "served",
                    network=network,
                    name=group.name,
                )
    for exemption in exemptions_store.load(settings.state_dir):
        where = exemption.network
        if where is not None and now < exemption.expires and not ipaddress.ip_network(where).prefixlen:
            yield finding("warning", "exemption {id} is for everybody: {where}", id=exemption.id, where=where)


def _for_groups_gone(settings: Settings, now: float) -> Iterator[Finding]:
    """Rules that commands set, and exemptions, for groups that have gone since."""
    there = {group.name for group in settings.groups} | {DEFAULT}
    for one in service_rules_store.load(settings.state_dir):
        for name in (value_of(text) for text in one.rule.who if kind_of(text) == GROUP):
            if name not in there:
                yield finding(
                    "warning",
                    "the rule for service {service!r} is for group {group!r}, which there is no more: "
                    "`sm-dns services unset {service}` takes it away",
                    service=one.rule.service,
                    group=name,
                )
    for exemption in exemptions_store.load(settings.state_dir):
        if exemption.group is not None and exemption.group not in there and now < exemption.expires:
            yield finding(
                "warning",
                "exemption {id} is for group {group!r}, which there is no more: nobody has it",
                id=exemption.id,
                group=exemption.group,
            )


def _named(group: GroupSettings) -> Iterator[str]:
    return (text for text in group.clients if text != OWN_LINKS and not is_identity(text))


def _refused_links(settings: Settings, around: Surroundings) -> Iterator[Finding]:
    for link in refused_links(settings, around.links):
        yield finding(
            "warning",
            "{link} is on this host's own link and in no group: its clients are refused. Name "
            "it, or `own-links`, in `clients` of a group",
            link=link,
        )


def _overlaps(settings: Settings) -> Iterator[Finding]:
    networks = [(ipaddress.ip_network(text), group) for group in settings.groups for text in _named(group)]
    for (one, owner), (other, other_owner) in combinations(networks, 2):
        if owner is other_owner or one.version != other.version or not one.overlaps(other):
            continue
        inner, outer = ((one, owner), (other, other_owner))
        if one.prefixlen < other.prefixlen:
            inner, outer = outer, inner
        yield finding(
            "note",
            "{inner} of group {name!r} lies inside {outer} of group {other!r}: the rules of "
            "{name!r} hold there",
            inner=inner[0],
            name=inner[1].name,
            outer=outer[0],
            other=outer[1].name,
        )
