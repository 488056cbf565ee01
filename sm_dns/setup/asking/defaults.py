"""What Enter means at each question: what the configuration says already, or else what was found of the host."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from sm_dns.policy.clients.who import OWN_LINKS
from sm_dns.settings.endpoint import DNS_PORT, Endpoint, parse_endpoint
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Given
from sm_dns.setup.asking.states import SHIPPED, STATES, usual_weekend
from sm_dns.setup.asking.upstream_offers import SYSTEM
from sm_dns.setup.certificates import OWN_CA, SELF_MADE, present_kind

OFF, LOCAL, FILES = "off", "local", "files"
DASHBOARD_PORT = 8443  # 443 must stay free where a block page is
LOOPBACK = ("127.0.0.1", "::1")


def listen(known: Known, _: Given) -> list[str]:
    """The addresses of the office, and loopback, as far as the host has them."""
    own = {each.address for each in known.findings.addresses}
    present = [each for each in _endpoints(known.present("listen")) if is_here(each, own)]
    if any(each.address not in LOOPBACK for each in present):
        return [shown(each) for each in present]
    found = [each.address for each in known.findings.lan_addresses]
    return [*dict.fromkeys((*found, *(each for each in LOOPBACK if each in own or not own)))]


def is_here(endpoint: Endpoint, own: Collection[str]) -> bool:
    """Whether a host can answer at an address; one of which no address is known can at any."""
    address = ip_address(endpoint.address)
    is_own = endpoint.address.partition("%")[0] in own
    return not own or address.is_unspecified or address.is_loopback or is_own


def upstreams(known: Known, _: Given) -> list[str]:
    """Those that are written, else those of the host's that resolve, else whatever the host asks."""
    present = known.present("upstreams")
    if present and (present != [SYSTEM] or known.is_configured):
        return list(present)
    own = {each.address for each in known.findings.addresses}
    seen = [each for each in known.findings.upstreams if each.address not in own]
    best = [each for each in seen if each.resolves] or [each for each in seen if each.answers]
    return [each.address for each in best or seen]


def domains(known: Known, _: Given) -> dict[str, list[str]]:
    """Those that are routed already."""
    return dict(known.present("routes") or {})


def networks(known: Known, _: Given) -> list[str]:
    """The networks of the first group, and this host's own links where they are not among these."""
    found = [each for each in known.present("groups", 0, "clients") or () if is_office(each)]
    named = [ip_network(each) for each in found if each != OWN_LINKS]
    outside = [
        each for each in known.findings.lan_addresses if not any(_within(each.network, net) for net in named)
    ]
    return [*found, OWN_LINKS] if outside and OWN_LINKS not in found and not known.is_configured else found


def state(known: Known, _: Given) -> str:
    """That of the calendar that is kept."""
    kept = known.calendar and known.present("calendars", known.calendar, "subdivision")
    return str(kept) if kept in STATES else SHIPPED


def weekend(known: Known, given: Given) -> list[str]:
    """What is written, as long as the state stays; else the usual one of the state."""
    present = known.present("schedules", known.schedule, "weekend")
    wanted = given.get("state", "")
    if present and wanted in ("", state(known, given)):
        return list(present)
    return list(usual_weekend(wanted))


def agency_ms(known: Known, _: Given) -> str:
    """What notices say."""
    return str(known.present("notice", "agency", "ms") or "")


def agency_en(known: Known, given: Given) -> str:
    """What notices say, or else the Malay name."""
    return str(known.present("notice", "agency", "en") or given["agency_ms"])


def contact(known: Known, _: Given) -> str:
    """What notices say."""
    return str(known.present("notice", "contact") or "")


def monitoring(known: Known, _: Given) -> bool:
    """On only where somebody turned it on here: staff are told first."""
    return known.is_configured and known.present("monitoring", "enabled") is not False


def dashboard(known: Known, _: Given) -> str:
    """As it is, or with a certificate of its own where it was never asked for."""
    present = _endpoints(known.present("web", "listen"))
    if present:
        is_local = all(each.address in LOOPBACK for each in present)
        return LOCAL if is_local else present_kind(known.present("web", "certificate")) or FILES
    if known.is_configured or not known.can_show:
        return OFF
    return SELF_MADE if known.can_sign else LOCAL


def dashboard_name(known: Known, _: Given) -> str:
    """The first name under which browsers ask."""
    return str(known.present("web", "hosts", 0) or "")


def certificate(known: Known, _: Given) -> str:
    """The file that is written, where it is not one that setup made."""
    return _own_file(known, "certificate")


def key(known: Known, _: Given) -> str:
    """The file that is written, where it is not one that setup made."""
    return _own_file(known, "key")


def first_week(known: Known, _: Given) -> bool:
    """Whether the first group denies nothing now; gently at the beginning."""
    return known.present("groups", 0, "mode") == "monitor" if known.is_configured else True


def yes(_: Known, __: Given) -> bool:
    """Of what is mostly wanted."""
    return True


def is_office(client: str) -> bool:
    """Whether a client of a group is a network that others than this host are in."""
    if client == OWN_LINKS:
        return True
    try:
        return not ip_network(client).is_loopback
    except ValueError:
        return False


def _within(network: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]


def shown(endpoint: Endpoint) -> str:
    """An address without the usual port."""
    return endpoint.address if endpoint.port == DNS_PORT else str(endpoint)


def _endpoints(texts: Any) -> list[Endpoint]:
    return [parse_endpoint(each) for each in texts or ()]


def _own_file(known: Known, name: str) -> str:
    made = present_kind(known.present("web", "certificate")) in (SELF_MADE, OWN_CA)
    return "" if made else str(known.present("web", name) or "")
