"""What is wrong between keys of a configuration that are each well formed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sm_dns.agency.profile import Instrument
from sm_dns.policy.categories import SHIPPED
from sm_dns.policy.denial_text import CITATION_BYTES, Citation
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.settings import Settings
from sm_dns.settings.yaml_source import Key


def contradictions(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Each one with the key that is to be changed; nothing for a configuration that holds together."""
    yield from _equal_networks(settings)
    yield from _unknown_schedules(settings)
    yield from _unknown_categories(settings)
    yield from _unusable_listeners(settings)
    yield from _repeated_names(settings)
    yield from _unfit_profile(settings)
    if settings.cache.min_ttl > settings.cache.max_ttl:
        yield ("cache", "min_ttl"), "cache.min_ttl: is more than cache.max_ttl"
    for at, report in enumerate(settings.reports):
        if report.recipients and settings.smtp is None:
            yield ("reports", at, "to"), f"report {report.name!r} goes by mail: say which server, in smtp"


def _unfit_profile(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Texts that no answer or sentence can hold, and a unit that answers for another's instrument."""
    notice = settings.notice
    for one in _cited(notice.own_profile.instrument):
        if len(one.encode()) > CITATION_BYTES or not one.isprintable():
            key = "instrument" if notice.instrument else "profile"
            yield ("notice", key), f"notice.{key}: {one!r} must be one line of at most {CITATION_BYTES} bytes"
            break
    unusable = notice.own_profile.words.unusable()
    if unusable is not None:
        yield ("notice",), f"notice: {unusable!r} is no word for a part of the agency or its head"
    if notice.instrument is not None and notice.unit is None:
        reason = (
            "notice.unit: is missing: the instrument is of this site, but the unit would be the profile's"
        )
        yield ("notice", "instrument"), reason


def _cited(instrument: Instrument) -> Iterator[str]:
    citation = Citation(instrument.reference, instrument.hours, instrument.streaming)
    yield from (citation.of_hours(), citation.of_streaming())


def _repeated_names(settings: Settings) -> Iterator[tuple[Key, str]]:
    for at, name in _repeated(each.name for each in settings.groups):
        yield ("groups", at, "name"), f"a group named {name!r} stands above already"
    for at, name in _repeated(each.name for each in settings.monitoring.departments):
        key = ("monitoring", "departments", at, "name")
        yield key, f"a department named {name!r} stands above already"
    for at, name in _repeated(each.name for each in settings.reports):
        yield ("reports", at, "name"), f"a report named {name!r} stands above already"
    for at, name in _repeated(each.name for each in settings.lists):
        yield ("lists", at, "name"), f"a list named {name!r} stands above already"


def _repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The names that stand before in the same sequence, with their places."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield at, name
        seen.add(name)


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
