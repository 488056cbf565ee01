"""Explain: what a client would be answered to a name at a time, and why."""

from __future__ import annotations

import ipaddress

from sm_dns.builder.zone_text import asked_name
from sm_dns.diagnose.explainer import Explanation
from sm_dns.diagnose.look_up import looking_up
from sm_dns.dns.names import BadName
from sm_dns.ipc.requests import TellIdentities
from sm_dns.policy.explain import Asked
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

FIELDS = (
    Field("name", summary="a domain name", required=True),
    Field("client", summary="an IP address; 127.0.0.1 without it"),
    Field("at", summary="a local date-time such as 2026-08-10T13:00; now without it"),
    Field("type", summary="a query type such as AAAA; A without it"),
    Field("resolve", "flag", "have the running server look up what the name points to, and judge that too"),
)


def explain(backend: Backend, person: Person, values: Values) -> Explanation:
    """What a client would be answered to a name at a time, by the policy in force."""
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
    known = backend.ask(TellIdentities(client))
    asked = Asked(client, known.identities if known else ())
    found = snapshot.clients.classify(*asked)
    group = snapshot.clients.default if found is None else found.group
    zone = snapshot.schedules[group.schedule].zone
    now = walltime.near(values["at"], zone, backend.now()) if values["at"] else backend.now()
    look_up = looking_up(backend.ask) if values["resolve"] else None
    return explainer.explain(asked, name, qtype, now, look_up)
