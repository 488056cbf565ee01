"""What is asked, in this order: by the command on a terminal, and by the file of answers. The one list of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sm_dns.setup.asking import checks, defaults, facts
from sm_dns.setup.asking.defaults import FILES, LOCAL, OFF
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Choice, Given, Question
from sm_dns.setup.asking.states import STATES
from sm_dns.setup.asking.upstream_offers import offers
from sm_dns.setup.certificates import OWN_CA, SELF_MADE
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json


@dataclass(frozen=True)
class Answers:
    """All answers, each checked and in its one form; what was not asked has what it then means."""

    listen: tuple[str, ...]
    free_port: bool
    upstreams: tuple[str, ...]
    domains: dict[str, tuple[str, ...]]
    networks: tuple[str, ...]
    state: str
    weekend: tuple[str, ...]
    agency_ms: str
    agency_en: str
    contact: str
    monitoring: bool
    dashboard: str
    dashboard_name: str
    certificate: str
    key: str
    first_week: bool


def answers(given: Mapping[str, Any]) -> Answers:
    """The answers to all questions as one value."""
    return from_json(Answers, {**_UNASKED, **given})


_UNASKED = {"free_port": False, "state": "", "dashboard_name": "", "certificate": "", "key": ""}


def stub_in_the_way(known: Known, given: Given) -> bool:
    """Whether systemd-resolved has port 53 where this host is to answer."""
    return any(holder.kind == "resolved" for holder in facts.in_the_way(known, given["listen"]))


def _is_encrypted(_: Known, given: Given) -> bool:
    return given["dashboard"] in (FILES, SELF_MADE, OWN_CA)


def _has_files(_: Known, given: Given) -> bool:
    return bool(given["dashboard"] == FILES)


def _keeps_a_state(known: Known, _: Given) -> bool:
    """Whether the calendar is one of these: another country's, or none on purpose, is left as it is."""
    kept = known.calendar and known.present("calendars", known.calendar, "subdivision")
    return not known.is_configured or kept in STATES


def _of_upstreams(known: Known) -> tuple[Choice, ...]:
    return tuple(Choice(offer.word, offer.text) for offer in offers(known))


def _dashboards(_: Known) -> tuple[Choice, ...]:
    return (
        Choice(
            SELF_MADE,
            Message("with a certificate made here: browsers warn once, and you compare its fingerprint"),
        ),
        Choice(
            OWN_CA,
            Message("with a certificate of a CA made here, whose file you give to the office's browsers"),
        ),
        Choice(FILES, Message("with the agency's certificate, from files of this server")),
        Choice(LOCAL, Message("on this server alone, for a tunnel: ssh -L 8053:127.0.0.1:8053 SERVER")),
        Choice(OFF, Message("no dashboard")),
    )


QUESTIONS = (
    Question(
        "listen",
        "list",
        Message("On which addresses does this server answer?"),
        Message(
            "Addresses of this server that the office's devices reach; DHCP will name them. Port 53 without more."
        ),
        defaults.listen,
        checks.listen,
        facts=facts.of_addresses,
        remarks=facts.of_port,
    ),
    Question(
        "free_port",
        "yes-no",
        Message("Shall systemd-resolved give up port 53?"),
        Message(
            "Its stub is in the way of these addresses. A drop-in turns it off; sm-dns uninstall undoes that."
        ),
        defaults.yes,
        checks.any_answer,
        stub_in_the_way,
        remarks=facts.of_stub,
    ),
    Question(
        "upstreams",
        "list",
        Message("Which name servers resolve what is let through?"),
        Message(
            "Addresses, such as 10.0.0.2, tls://NAME@ADDRESS for an encrypted one, or a word of this list."
        ),
        defaults.upstreams,
        checks.upstreams,
        choices=_of_upstreams,
        facts=facts.of_upstreams,
        remarks=facts.of_validation,
    ),
    Question(
        "domains",
        "domains",
        Message("Which domains of your own do other servers know?"),
        Message(
            "DOMAIN=ADDRESS, the reverse zones too: agency.gov.my=10.0.0.2 10.in-addr.arpa=10.0.0.2; - for none."
        ),
        defaults.domains,
        checks.domains,
    ),
    Question(
        "networks",
        "list",
        Message("Which networks are the office's?"),
        Message(
            "Their devices are answered and keep the hours. own-links stands for the networks this server is on."
        ),
        defaults.networks,
        checks.networks,
    ),
    Question(
        "state",
        "text",
        Message("Whose public holidays do you keep?"),
        Message("The state or federal territory, by its code or its name."),
        defaults.state,
        checks.state,
        _keeps_a_state,
        facts=facts.of_states,
    ),
    Question(
        "weekend",
        "list",
        Message("Which are the weekly rest days?"),
        Message("As MON TUE WED THU FRI SAT SUN."),
        defaults.weekend,
        checks.weekend,
    ),
    Question(
        "agency_ms",
        "text",
        Message("What is the agency called in Malay?"),
        Message("It stands on the notice, on the page for closed sites and in reports."),
        defaults.agency_ms,
        checks.needed_text,
    ),
    Question(
        "agency_en",
        "text",
        Message("And in English?"),
        Message("The same again where it has no English name."),
        defaults.agency_en,
        checks.needed_text,
    ),
    Question(
        "contact",
        "text",
        Message("Whom may staff ask?"),
        Message("An office with its extension or address, such as: ICT, ext. 100."),
        defaults.contact,
        checks.needed_text,
    ),
    Question(
        "monitoring",
        "yes-no",
        Message("Were staff told that use is counted, and shall it be?"),
        Message(
            "Counts are under pseudonyms, for reports. Staff are told first (docs/monitoring.md); no is safe."
        ),
        defaults.monitoring,
        checks.any_answer,
    ),
    Question(
        "dashboard",
        "choice",
        Message("Shall there be a dashboard?"),
        Message("Everything that commands do, in a browser, on port 8443: a word of this list."),
        defaults.dashboard,
        checks.dashboard,
        choices=_dashboards,
    ),
    Question(
        "dashboard_name",
        "text",
        Message("Under which name do browsers ask for it?"),
        Message("A name that leads to this server, such as dns.agency.gov.my; - for its addresses alone."),
        defaults.dashboard_name,
        checks.dashboard_name,
        _is_encrypted,
    ),
    Question(
        "certificate",
        "text",
        Message("Where is the agency's certificate?"),
        Message("A PEM file that the user sm-dns may read, with the certificates between it and its CA."),
        defaults.certificate,
        checks.certificate,
        _has_files,
    ),
    Question(
        "key",
        "text",
        Message("Where is the key of that certificate?"),
        Message("A PEM file that the user sm-dns may read and others may not."),
        defaults.key,
        checks.key,
        _has_files,
    ),
    Question(
        "first_week",
        "yes-no",
        Message("Shall nothing be denied at first?"),
        Message(
            "mode: monitor, for the first week: sm-dns explain tells what would be denied. Run setup again after it."
        ),
        defaults.first_week,
        checks.any_answer,
    ),
)
BY_NAME = {question.name: question for question in QUESTIONS}


def remarks(given: Given, known: Known) -> Iterator[Message]:
    """What is to be said of answers that were all given at once."""
    for question in QUESTIONS:
        if question.name in given:
            yield from question.remarks(given[question.name], known)
