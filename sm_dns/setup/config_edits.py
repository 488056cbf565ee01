"""What answers change in the configuration, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from sm_dns.settings.endpoint import DNS_PORT, Endpoint, parse_endpoint
from sm_dns.settings.yaml_edit import Edit
from sm_dns.setup.asking.defaults import DASHBOARD_PORT, FILES, LOCAL, LOOPBACK, OFF, is_office
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.questions import Answers
from sm_dns.setup.asking.states import calendar_name
from sm_dns.setup.asking.upstream_offers import SYSTEM
from sm_dns.setup.certificates import OWN_CA, SELF_MADE, Wanted
from sm_dns.util.strict_json import Json

_LEFT_OUT: dict[str | int, Json] = {
    "upstreams": [SYSTEM],
    "routes": {},
    "weekend": ["SAT", "SUN"],
    "enabled": True,
    "listen": [],  # of the dashboard: that of the resolver is never empty
}
"""What keys mean that are left out."""
LOCAL_DASHBOARD = "127.0.0.1:8053"


def config_edits(answers: Answers, known: Known, certificate: Wanted | None) -> Iterator[Edit]:
    """The values that the configuration is to have. `certificate`: the one that setup makes, None for none.

    What was not asked about stays: other groups, other calendars, clients of the first group that are no networks.
    A key that is left out, and means the answer so, stays left out.
    """
    for edit in _all_edits(answers, known, certificate):
        if known.present(*edit.key) is not None or _LEFT_OUT.get(edit.key[-1]) != edit.value:
            yield edit


def _all_edits(answers: Answers, known: Known, certificate: Wanted | None) -> Iterator[Edit]:
    listen = [str(parse_endpoint(each, default_port=DNS_PORT)) for each in answers.listen]
    yield Edit(("listen",), listen)
    yield Edit(("upstreams",), list(answers.upstreams))
    yield Edit(("routes",), {domain: list(servers) for domain, servers in answers.domains.items()})
    yield from _groups(answers, known)
    yield from _calendar(answers, known)
    yield from _week(answers, known)
    yield Edit(("notice", "agency"), {"ms": answers.agency_ms, "en": answers.agency_en})
    yield Edit(("notice", "contact"), answers.contact)
    yield Edit(("monitoring", "enabled"), answers.monitoring)
    yield from _dashboard(answers, known, certificate)


def addresses(listen: tuple[str, ...], known: Known) -> list[str]:
    """The addresses that devices of the office ask: for all addresses those of the host, without loopback."""
    found: list[str] = []
    for each in listen:
        address = parse_endpoint(each, default_port=DNS_PORT).address
        if ip_address(address.partition("%")[0]).is_unspecified:
            version = 6 if ":" in address else 4
            found += [one.address for one in known.findings.lan_addresses if one.version == version]
        elif not ip_address(address.partition("%")[0]).is_loopback:
            found.append(address)
    return [*dict.fromkeys(found)]


def dashboard_addresses(answers: Answers, known: Known) -> list[str]:
    """Where browsers ask for the dashboard, `ADDRESS:PORT` each; [] where there is none."""
    if answers.dashboard == OFF:
        return []
    present = [parse_endpoint(each) for each in known.present("web", "listen") or ()]
    if answers.dashboard == LOCAL:
        local = [str(each) for each in present if each.address in LOOPBACK]
        return local or [LOCAL_DASHBOARD]
    reached = addresses(answers.listen, known)
    kept = [str(each) for each in present if each.address in reached]
    return kept or [str(Endpoint(each, DASHBOARD_PORT)) for each in reached or LOOPBACK[:1]]


def _groups(answers: Answers, known: Known) -> Iterator[Edit]:
    present: list[Any] = known.present("groups", 0, "clients") or []
    others = [each for each in present if not is_office(str(each))]
    clients = [*answers.networks, *others]
    mode = "monitor" if answers.first_week else "enforce"
    if not known.present("groups"):
        yield Edit(("groups",), [{"name": "headquarters", "clients": clients, "mode": mode}])
        return
    if set(clients) != set(map(str, present)):
        yield Edit(("groups", 0, "clients"), clients)
    was = known.present("groups", 0, "mode") or "enforce"
    if was != mode and not (was == "off" and not answers.first_week):
        yield Edit(("groups", 0, "mode"), mode)


def _calendar(answers: Answers, known: Known) -> Iterator[Edit]:
    """Another state has a calendar of its own name: the files of the one before are no days of it."""
    calendars = dict(known.present("calendars") or {})
    kept = known.calendar
    if kept is not None and calendars[kept].get("subdivision") == answers.state:
        return
    wanted = {"country": "MY", "subdivision": answers.state, "schedules": [known.schedule]}
    if kept is None:
        yield Edit(("calendars", calendar_name(answers.state)), wanted)
        return
    renamed = {
        calendar_name(answers.state) if name == kept else name: wanted if name == kept else each
        for name, each in calendars.items()
    }
    yield Edit(("calendars",), renamed)


def _week(answers: Answers, known: Known) -> Iterator[Edit]:
    """The rest days. The circular's table is of Mondays to Fridays: a week that rests on one cannot keep it."""
    schedule = ("schedules", known.schedule)
    yield Edit((*schedule, "weekend"), list(answers.weekend))
    if set(answers.weekend) <= {"SAT", "SUN"}:
        return
    yield Edit((*schedule, "keeps"), None)
    rests = known.present(*schedule, "rest_by_weekday") or {}
    kept = {day: hours for day, hours in rests.items() if day not in answers.weekend}
    if kept != rests:
        yield Edit((*schedule, "rest_by_weekday"), kept)


def _dashboard(answers: Answers, known: Known, certificate: Wanted | None) -> Iterator[Edit]:
    listen = dashboard_addresses(answers, known)
    yield Edit(("web", "listen"), listen)
    if answers.dashboard in (SELF_MADE, OWN_CA, FILES):
        made = certificate.written if certificate else (answers.certificate, answers.key)
        yield Edit(("web", "certificate"), made[0])
        yield Edit(("web", "key"), made[1])
        hosts = known.present("web", "hosts") or []
        if answers.dashboard_name and answers.dashboard_name not in hosts:
            yield Edit(("web", "hosts"), [answers.dashboard_name, *hosts])
