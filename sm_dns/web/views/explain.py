"""Explain: what a client would be answered to a name at a time, and why."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from sm_dns.builder.zone_text import read_name
from sm_dns.diagnose.look_up import looking_up
from sm_dns.dns.names import BadName
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.with_more import with_more
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.answer import Local, Mode, one_of, says
from sm_dns.web.interface.request_fields import Field, Values

FIELDS = (
    Field("name", summary="a domain name", required=True),
    Field("client", summary="an IP address; 127.0.0.1 without it"),
    Field("at", summary="a local date-time such as 2026-08-10T13:00; now without it"),
    Field("type", summary="a query type such as AAAA; A without it"),
    Field("resolve", "flag", "have the running server look up what the name points to, and judge that too"),
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One decision in full."""

    name: str
    type: str
    client: str
    group: Annotated[str | None, says("null for a client that is not served")]
    mode: Mode | None
    at: Local
    decision: Annotated[str, one_of("forward", "permit", "deny")]
    category: str | None
    service: str | None
    list: Annotated[str | None, says("the list that decides")]
    listed: Annotated[str | None, says("the name as the list has it")]
    line: int | None
    stage: Annotated[str, says("of the pipeline, which answers")]
    target: Annotated[str | None, says("what the name points to, where that decides")]
    rcode: Annotated[str | None, says("null where upstreams would be asked")]
    answers: tuple[str, ...]
    reason_code: str
    reason: str
    next_transition: Local | None
    seconds_to_transition: int | None
    ttl_cap: Annotated[
        int | None, says("seconds that an answer lives at most; null without a bound of policy")
    ]
    ede: Annotated[tuple[int, ...], says("codes of extended errors")]
    ede_text: str
    would_deny: Annotated[bool, says("denied in a group that enforces")]


def explain(backend: Backend, person: Person, values: Values) -> Explained:
    """What a client would be answered to a name at a time, by the policy in force."""
    explainer = backend.explainer()
    snapshot = explainer.snapshot
    client = values["client"] or "127.0.0.1"
    try:
        ipaddress.ip_address(client)
    except ValueError as error:
        raise BadInput(f"client: {client!r} is not an IP address") from error
    try:
        name = read_name(values["name"])
    except BadName as error:
        raise BadInput(f"name: {values['name']!r} is not a domain name: {error}") from error
    qtype = (values["type"] or "A").upper()
    if not (qtype.isascii() and qtype.isalnum() and len(qtype) < 16):
        raise BadInput(f"type: {qtype!r} is not a query type")
    found = snapshot.clients.classify(client)
    group = snapshot.clients.default if found is None else found.group
    zone = snapshot.schedules[group.schedule].zone
    now = walltime.parse(values["at"], zone) if values["at"] else backend.now()
    look_up = looking_up(backend.ask) if values["resolve"] else None
    return with_more(Explained, explainer.explain(client, name, qtype, now, look_up))
