"""What is wrong with an answer, said so that the next one is right; what does is given back in its one form.

Each takes an answer of its kind, what is known and the answers before it, and raises `Wrong`.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from sm_dns.dns import names
from sm_dns.policy.clients.who import OWN_LINKS
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.resolv_conf import leads_back
from sm_dns.settings.endpoint import DNS_PORT, parse_endpoint, parse_network, parse_upstream
from sm_dns.setup.asking.defaults import OFF, is_here, shown
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Given
from sm_dns.setup.asking.states import DAYS, STATES, state_named
from sm_dns.setup.asking.upstream_offers import SYSTEM, offers
from sm_dns.setup.certificates import OWN_CA, SELF_MADE
from sm_dns.util.errors import Wrong
from sm_dns.util.message import Message, did_you_mean

MAX_TEXT = 200  # characters, as the configuration takes them


def listen(value: list[str], known: Known, _: Given) -> list[str]:
    """Addresses that this host has, or all of them."""
    found = [parse_endpoint(each, default_port=DNS_PORT) for each in value]
    if not found:
        raise Wrong("must not be empty")
    own = {each.address for each in known.findings.addresses}
    for each in found:
        if not is_here(each, own):
            have = ", ".join(one.address for one in known.findings.lan_addresses)
            raise Wrong("this host has no address {address}; it has {have}", address=each.address, have=have)
    return [*dict.fromkeys(map(shown, found))]


def upstreams(value: list[str], known: Known, given: Given) -> list[str]:
    """Name servers that are not this one, or the word of an offer."""
    words = {offer.word: offer.upstreams for offer in offers(known)}
    wanted = [server for each in value for server in words.get(each, (each,))]
    if not wanted:
        raise Wrong(
            "nobody is named, and this host asks nobody either: name who resolves, such as {example}",
            example="10.0.0.2",
        )
    return [*dict.fromkeys(_server(each, given) for each in wanted)]


def domains(value: dict[str, list[str]], _: Known, given: Given) -> dict[str, list[str]]:
    """Domains, each with the servers that know it."""
    found: dict[str, list[str]] = {}
    for domain, servers in value.items():
        if not servers:
            raise Wrong("{domain} has no server", domain=domain)
        found[names.to_text(names.from_text(domain))] = [_server(each, given) for each in servers]
    return found


def networks(value: list[str], _: Known, __: Given) -> list[str]:
    """Networks, and the word for those that this host is on."""
    if not value:
        raise Wrong("must not be empty")
    return [*dict.fromkeys(each if each == OWN_LINKS else parse_network(each) for each in value)]


def state(value: str, _: Known, __: Given) -> str:
    """The code of a state, given so or by its name."""
    found = state_named(value)
    if found is None:
        codes = ", ".join(STATES)
        said = Message("there is no state {name!r}; the codes are {codes}", name=value, codes=codes)
        raise Wrong(did_you_mean(said, value, (*STATES, *STATES.values())))
    return found


def weekend(value: list[str], _: Known, __: Given) -> list[str]:
    """Days of the week, not all of them."""
    found = [each.upper() for each in value]
    for each in found:
        if each not in DAYS:
            raise Wrong("{day!r} is none of {days}", day=each, days=", ".join(DAYS))
    if len(set(found)) == len(DAYS):
        raise Wrong("a week needs a working day")
    return sorted(set(found), key=DAYS.index)


def needed_text(value: str, _: Known, __: Given) -> str:
    """One line with something in it."""
    if not value.strip():
        raise Wrong("must not be empty")
    if len(value) > MAX_TEXT:
        raise Wrong("has more than {most} characters", most=MAX_TEXT)
    return value.strip()


def dashboard(value: str, known: Known, _: Given) -> str:
    """One of the choices, and that what it needs is installed."""
    if value != OFF and not known.can_show:
        raise Wrong(
            "the dashboard is not installed here: install the extra web (docs/install.md), or answer off"
        )
    if value in (SELF_MADE, OWN_CA) and not known.can_sign:
        raise Wrong(
            "openssl, which makes certificates, is not installed: sudo apt install openssl, or answer local"
        )
    return value


def dashboard_name(value: str, _: Known, __: Given) -> str:
    """A name of a host, or nothing."""
    return names.to_text(names.from_text(value)) if value else ""


def certificate(value: str, _: Known, __: Given) -> str:
    """A file that is there."""
    return str(_file(value))


def key(value: str, _: Known, given: Given) -> str:
    """The key of that certificate."""
    file = _file(value)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(given["certificate"], file)
    except (OSError, ssl.SSLError) as error:
        said = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise Wrong(
            "{file} is not the key of that certificate: {reason}", file=file, reason=said or error
        ) from error
    return str(file)


def any_answer(value: Any, _: Known, __: Given) -> Any:
    """Whatever is of the right kind."""
    return value


def _server(text: str, given: Given) -> str:
    if text == SYSTEM:
        return text
    server: UpstreamAddress = parse_upstream(text)
    own = [parse_endpoint(each, default_port=DNS_PORT) for each in given["listen"]]
    if leads_back(server, ((each.address, each.port) for each in own)):
        raise Wrong("{upstream} is this resolver itself: queries would go in circles", upstream=text)
    return text


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise Wrong("{file!r} must begin with /", file=text)
    if not path.is_file():
        raise Wrong("there is no file {file}", file=path)
    return path
