"""Explain: what a client would be answered to a name at a time, and why."""

from __future__ import annotations

import ipaddress

from sm_dns.builder.zone_text import asked_name
from sm_dns.diagnose.explainer import Explanation
from sm_dns.diagnose.known_as import known_as, who_asks
from sm_dns.diagnose.look_up import looking_up
from sm_dns.diagnose.past import Question, explain_past, explain_today
from sm_dns.dns.names import BadName
from sm_dns.history.shelf import Shelf
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput, about
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

FIELDS = (
    Field("name", summary="a domain name", required=True),
    Field("client", summary="an IP address; 127.0.0.1 without it"),
    Field(
        "at",
        summary="a local date-time such as 2026-08-10T13:00, 10:12 or yesterday 10:12; now without it. What is past"
        " is answered by the policy of that time",
    ),
    Field("type", summary="a query type such as AAAA; A without it"),
    Field("resolve", "flag", "have the running server look up what the name points to, and judge that too"),
)


def explain(backend: Backend, person: Person, values: Values) -> Explanation:
    """What a client would be answered to a name at a time, by the policy in force then."""
    explainer = backend.explainer()
    snapshot = explainer.snapshot
    client = values["client"] or "127.0.0.1"
    try:
        ipaddress.ip_address(client)
    except ValueError as error:
        raise BadInput("client: {client!r} is not an IP address", client=client) from error
    try:
        name = asked_name(values["name"])
    except BadName as error:
        raise BadInput(
            "name: {text!r} is not a domain name: {reason}", text=values["name"], reason=error
        ) from error
    qtype = (values["type"] or "A").upper()
    if not (qtype.isascii() and qtype.isalnum() and len(qtype) < 16):
        raise BadInput("type: {qtype!r} is not a query type", qtype=qtype)
    who = who_asks(backend.ask, client)
    found = snapshot.clients.classify(*who)
    group = snapshot.clients.default if found is None else found.group
    zone = snapshot.schedules[group.schedule].zone
    now = backend.now()
    with about("at"):
        at = walltime.since(values["at"], zone, now) if values["at"] else now
    question = Question(who, name, qtype, at, looking_up(backend.ask) if values["resolve"] else None)
    if at < now and not backend.is_rehearsal:
        shelf, in_force = Shelf(backend.state_dir), backend.status.get().version
        return explain_past(explainer, shelf, in_force, question, zone, known_as(backend.ask, client))
    return explain_today(explainer, question)
