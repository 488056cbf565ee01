"""What is wrong between keys of a configuration that are each well formed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from sm_dns.agency.profile import Instrument
from sm_dns.policy.categories import SHIPPED
from sm_dns.policy.denials.denial_text import CITATION_BYTES, Citation
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.blocks.policy import MALAYSIA, STATES
from sm_dns.settings.blocks.reports import MAILTO
from sm_dns.settings.client_networks import canonical
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.settings import Settings
from sm_dns.settings.yaml_source import Key
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


def contradictions(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """Each one with the key that is to be changed; nothing for a configuration that holds together."""
    yield from _equal_networks(settings)
    yield from _unknown_schedules(settings)
    yield from _unknown_categories(settings)
    yield from _unknown_groups(settings)
    yield from _unusable_listeners(settings)
    yield from _repeated_names(settings)
    yield from _unfit_profile(settings)
    yield from _unknown_states(settings)
    if settings.cache.min_ttl > settings.cache.max_ttl:
        yield ("cache", "min_ttl"), Message("cache.min_ttl: is more than cache.max_ttl")
    yield from _ambiguous_upstreams(settings)
    if len({each.scheme for each in settings.validation.forwarders}) > 1:
        yield (
            ("validation", "forwarders"),
            Message("validation.forwarders: unbound asks all of them over tls:// or none"),
        )
    yield from _unsendable_requests(settings)
    for at, report in enumerate(settings.reports):
        if report.recipients and settings.smtp is None:
            yield (
                ("reports", at, "to"),
                Message("report {name!r} goes by mail: say which server, in smtp", name=report.name),
            )
    yield from _unusable_fleet(settings)
    yield from _unusable_secondaries(settings)
    pushed = settings.audit.push_head
    if pushed and settings.smtp is None and any(place.startswith(MAILTO) for place in pushed.to):
        yield (
            ("audit", "push_head", "to"),
            Message("the head of the audit goes by mail: say which server, in smtp"),
        )


def _unusable_fleet(settings: Settings) -> Iterator[tuple[Key, Message]]:
    given = settings.fleet
    if given.role == "primary" and given.listen is None:
        yield ("fleet",), Message("fleet.listen: nodes must reach a primary: give ADDRESS:PORT")
    elif given.listen is not None and (
        ipaddress.ip_address(given.listen.address).is_unspecified or not given.listen.port
    ):
        reason = Message("fleet.listen: nodes are told it: write an address of this server, and a port")
        yield ("fleet", "listen"), reason


def _unusable_secondaries(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """One resolver that stands there twice, and one that is to sign and cannot."""
    met: set[Endpoint] = set()
    for at, one in enumerate(settings.feeds.secondaries):
        key = ("feeds", "secondaries", at)
        if one.address in met:
            yield key, Message("feeds.secondaries: {address} stands above already", address=one.address)
        if one.engine == "unbound" and one.key is not None:
            reason = Message("feeds.secondaries: unbound cannot sign: leave its key out")
            yield (*key, "key"), reason
        met.add(one.address)


def _ambiguous_upstreams(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """One server that is said to validate and not to."""
    met: dict[UpstreamAddress, bool] = {}
    routed = [(("routes", name), servers) for name, servers in settings.routes.items()]
    for key, servers in ((("upstreams",), settings.upstreams), *routed):
        for at, server in enumerate(servers):
            if isinstance(server, UpstreamAddress):
                same = server._replace(validates=False)
                if met.setdefault(same, server.validates) != server.validates:
                    yield (
                        (*key, at),
                        Message(
                            "{server} is said to validate in one place, and not in another", server=server
                        ),
                    )


def _unsendable_requests(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """Mail of requests without a server, and of departments that nobody can name."""
    if settings.requests.mail and settings.smtp is None:
        yield ("requests", "mail"), Message("requests.mail: say which server, in smtp")
    known = {each.name for each in settings.monitoring.departments}
    for at, rule in enumerate(settings.requests.mail):
        for name in rule.departments:
            if name not in known:
                yield (
                    ("requests", "mail", at),
                    Message(
                        "requests.mail: there is no department {name!r} in monitoring.departments", name=name
                    ),
                )


def _unfit_profile(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """Texts that no answer or sentence can hold, and a unit that answers for another's instrument."""
    notice = settings.notice
    for one in _cited(notice.own_profile.instrument):
        if len(one.encode()) > CITATION_BYTES or not one.isprintable():
            key = "instrument" if notice.instrument else "profile"
            yield (
                ("notice", key),
                Message(
                    "notice.{key}: {one!r} must be one line of at most {most} bytes",
                    key=key,
                    one=one,
                    most=CITATION_BYTES,
                ),
            )
            break
    unusable = notice.own_profile.words.unusable()
    if unusable is not None:
        yield (
            ("notice",),
            Message("notice: {word!r} is no word for a part of the agency or its head", word=unusable),
        )
    if notice.instrument is not None and notice.unit is None:
        reason = Message(
            "notice.unit: is missing: the instrument is of this site, but the unit would be the profile's"
        )
        yield ("notice", "instrument"), reason


def _cited(instrument: Instrument) -> Iterator[str]:
    citation = Citation(instrument.reference, instrument.hours, instrument.streaming)
    yield from (citation.of_hours(), citation.of_streaming())


def _unknown_states(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """Of Malaysia alone: the library that knows those of other countries is slow to load, and says so itself."""
    for name, calendar in settings.calendars.items():
        if calendar.country == MALAYSIA and calendar.subdivision not in STATES:
            known = ", ".join(sorted(code for code in STATES if code.isalpha()))
            yield (
                ("calendars", name, "subdivision"),
                Message(
                    "calendars.{name}: country {country} needs one of its subdivisions: {codes}",
                    name=name,
                    country=calendar.country,
                    codes=known,
                ),
            )


def _repeated_names(settings: Settings) -> Iterator[tuple[Key, Message]]:
    for at, name in _repeated(each.name for each in settings.groups):
        yield ("groups", at, "name"), Message("a group named {name!r} stands above already", name=name)
    for at, name in _repeated(each.name for each in settings.monitoring.departments):
        key = ("monitoring", "departments", at, "name")
        yield key, Message("a department named {name!r} stands above already", name=name)
    for at, name in _repeated(each.name for each in settings.reports):
        yield ("reports", at, "name"), Message("a report named {name!r} stands above already", name=name)
    for at, name in _repeated(each.name for each in settings.lists):
        yield ("lists", at, "name"), Message("a list named {name!r} stands above already", name=name)


def _repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The names that stand before in the same sequence, with their places."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield at, name
        seen.add(name)


def _unusable_listeners(settings: Settings) -> Iterator[tuple[Key, Message]]:
    """Encrypted listeners without a certificate, and TCP places that are given twice."""
    tls, portal = settings.tls, settings.portal
    taken = {endpoint for endpoint in settings.listen if endpoint.port}
    has_certificate = tls.certificate is not None and tls.key is not None
    for key, endpoints in (("dot", tls.dot), ("doh", tls.doh)):
        if endpoints and not has_certificate:
            yield ("tls", key), Message("tls.{key}: needs tls.certificate and tls.key", key=key)
        yield from _taken_twice(("tls", key), endpoints, taken)
    if (portal.certificate is None) is not (portal.key is None):
        yield ("portal",), Message("portal: certificate and key go together")
    if portal.https and portal.certificate is None and not has_certificate:
        yield (
            ("portal", "https"),
            Message("portal.https: needs portal.certificate and portal.key, or those of tls"),
        )
    yield from _taken_twice(("portal", "listen"), portal.listen, taken)
    yield from _taken_twice(("portal", "https"), portal.https, taken)
    feeds = settings.feeds
    for key, endpoints in (("listen", feeds.listen), ("tls", feeds.tls), ("https", feeds.https)):
        yield from _taken_twice(("feeds", key), endpoints, taken)


def _taken_twice(
    key: Key, endpoints: Iterable[Endpoint], taken: set[Endpoint]
) -> Iterator[tuple[Key, Message]]:
    """Those that stand in `taken` already; the others are added to it."""
    for at, endpoint in enumerate(endpoints):
        if endpoint in taken:
            yield (*key, at), Message("{endpoint} is listened on already", endpoint=endpoint)
        if endpoint.port:
            taken.add(endpoint)


def _equal_networks(settings: Settings) -> Iterator[tuple[Key, Message]]:
    owners: dict[str, str] = {}
    for at, group in enumerate(settings.groups):
        for which, network in enumerate(group.clients):
            if network in owners:
                key = ("groups", at, "clients", which)
                yield (
                    key,
                    Message(
                        "{network} belongs to group {group!r} already: a client has one group",
                        network=network,
                        group=owners[network],
                    ),
                )
            owners[network] = group.name


def _unknown_schedules(settings: Settings) -> Iterator[tuple[Key, Message]]:
    known = ", ".join(settings.schedules)
    for at, group in enumerate(settings.groups):
        if group.schedule is None and len(settings.schedules) > 1 and "default" not in settings.schedules:
            yield (
                ("groups", at),
                Message(
                    "group {name!r} must name its schedule, one of: {known}", name=group.name, known=known
                ),
            )
        if group.schedule is not None and group.schedule not in settings.schedules:
            yield (
                ("groups", at, "schedule"),
                _no_schedule(settings, group.schedule),
            )
    for name, calendar in settings.calendars.items():
        for which, schedule in enumerate(calendar.schedules):
            if schedule not in settings.schedules:
                key = ("calendars", name, "schedules", which)
                yield key, _no_schedule(settings, schedule)


def _no_schedule(settings: Settings, name: str) -> Message:
    said = Message(
        "there is no schedule {schedule!r}; there are: {known}",
        schedule=name,
        known=", ".join(settings.schedules),
    )
    return did_you_mean(said, name, settings.schedules)


def _unknown_groups(settings: Settings) -> Iterator[tuple[Key, Message]]:
    for service, rules in settings.services.items():
        for name in (name for rule in rules for name in rule.who):
            try:
                canonical(settings, name)
            except BadInput as error:
                yield ("services", service), error.reason


def _unknown_categories(settings: Settings) -> Iterator[tuple[Key, Message]]:
    shipped = {category.name for category in SHIPPED}
    for name, category in settings.categories.items():
        if name not in shipped and category.action is None:
            yield (
                ("categories", name),
                Message(
                    "category {name!r} is new: say its action (allow, deny, schedule, permit)", name=name
                ),
            )
    known = [category.name for category in settings.all_categories]
    for at, remote in enumerate(settings.lists):
        if remote.category not in known:
            there = ", ".join(known)
            said = Message(
                "there is no category {category!r}; there are: {there}",
                category=remote.category,
                there=there,
            )
            yield ("lists", at, "category"), did_you_mean(said, remote.category, known)
