"""Requests of staff for a closed site decided, as the commands and the dashboard do it.

What is approved is an exemption like any other: it and the decision are one change with one record, `exempt add`,
which names the request. Where two persons must approve, the first fixes the terms and the second may only shorten
them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Annotated
from zoneinfo import ZoneInfo

from sm_dns.admin import exemption_changes
from sm_dns.admin.request_target import target_of
from sm_dns.policy.exemptions import Exemption
from sm_dns.settings.settings import Settings
from sm_dns.state import access_requests, exemptions_store
from sm_dns.state.access_requests import AccessRequest, State, Terms
from sm_dns.state.audit import Trail
from sm_dns.state.one_line import one_line
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput, about
from sm_dns.util.schema_notes import Local, one_of, says


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides. name: as the audit writes it; department: of a head, who decides over its requests alone and for
    the address that asked alone; None for an administrator."""

    name: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What an approval says. until: as `walltime.end` reads it, "" for what was asked.

    category, service, group: "" for none: then the service of the site, or its category, for the address that asked.
    """

    until: str = ""
    category: str = ""
    service: str = ""
    group: str = ""


def approve(
    settings: Settings,
    request_id: str,
    choice: Choice,
    *,
    who: Decider,
    reason: str,
    now: float,
    trail: Trail,
) -> AccessRequest:
    """Approve a request at `now` (POSIX seconds), alone or as one of two. Raises `BadInput` and `OSError`."""
    reason = _written(reason)
    with trail.turn() as turn:
        known = access_requests.load(settings.state_dir)
        asked = _decidable(known, request_id, who, now)
        if who.name in asked.deciders:
            raise BadInput(
                "request {id} is approved by {who} already: it takes another person",
                id=asked.id,
                who=who.name,
            )
        if choice.group and who.department is not None:
            raise BadInput("a group is opened by an administrator: approve it for the address that asked")
        terms = _terms(settings, asked, choice, now)
        deciders = (*asked.deciders, who.name)
        wanted = _exemption(settings, asked, terms, deciders, reason, now)
        noted = replace(asked, terms=terms, deciders=deciders, reason=reason)
        if len(deciders) < settings.requests.approvals:
            files = [access_requests.saved(settings.state_dir, known, noted)]
            detail = {**access_requests.without_person(noted), "terms": asdict(terms)}
            turn.change("access request approved once", asked.id, why=reason, detail=detail, files=files)
            return noted
        file, stored = exemptions_store.with_one(settings.state_dir, wanted)
        made = replace(noted, decision="approved", decided=math.floor(now), exemption=stored.id)
        turn.change(
            "exempt add",
            stored.id,
            why=reason,
            detail={**asdict(stored), "request": asked.id, "approvers": list(deciders)},
            files=[file, access_requests.saved(settings.state_dir, known, made)],
        )
    return made


def decline(
    settings: Settings, request_id: str, *, who: Decider, reason: str, now: float, trail: Trail
) -> AccessRequest:
    """Decline a request at `now` (POSIX seconds). Raises `BadInput` and `OSError`."""
    reason = _written(reason)
    with trail.turn() as turn:
        known = access_requests.load(settings.state_dir)
        asked = _decidable(known, request_id, who, now)
        made = replace(
            asked,
            decision="declined",
            decided=math.floor(now),
            deciders=(who.name,),
            reason=reason,
            terms=None,
        )
        files = [access_requests.saved(settings.state_dir, known, made)]
        detail = access_requests.without_person(made)
        turn.change("access request declined", made.id, why=reason, detail=detail, files=files)
    return made


@dataclass(frozen=True, slots=True)
class RequestTold:
    """A request as people read it. `ends`: when it ends, or what was granted."""

    id: str
    client: str
    who: Annotated[str | None, says("for whom it is opened wherever they go, where that is known")]
    site: str
    service: str
    category: str
    name: str
    department: str
    purpose: str
    made: Local
    ends: Local
    seconds_left: int
    state: Annotated[str, one_of("waiting", "approved", "declined", "expired", "ended")]
    deciders: tuple[str, ...]
    reason: str
    decided: Local | None
    exemption: str


def told(settings: Settings, requests: Iterable[AccessRequest], now: float) -> list[RequestTold]:
    """Requests as people read them: one whose exemption was revoked has ended. Raises `BadInput`."""
    zone = exemption_changes.zone_of(settings, None)
    granted = {one.id for one in exemptions_store.load(settings.state_dir)}
    return [_told(one, one.state_with(granted, now), zone, now) for one in requests]


def described(settings: Settings, one: AccessRequest, now: float) -> RequestTold:
    """The same of one."""
    return told(settings, [one], now)[0]


def _told(one: AccessRequest, state: State, zone: ZoneInfo, now: float) -> RequestTold:
    return RequestTold(
        id=one.id,
        client=one.client,
        who=one.who,
        site=one.site,
        service=one.service,
        category=one.category,
        name=one.name,
        department=one.department,
        purpose=one.purpose,
        made=walltime.iso_local(one.made, zone),
        ends=walltime.iso_local(one.ends, zone),
        seconds_left=max(0, int(one.ends - now)),
        state=state,
        deciders=one.deciders,
        reason=one.reason,
        decided=None if one.decided is None else walltime.iso_local(one.decided, zone),
        exemption=one.exemption,
    )


def visible(requests: list[AccessRequest], department: str | None) -> list[AccessRequest]:
    """Those that somebody may see: all, or those of a head's department."""
    return [each for each in requests if department is None or each.department == department]


def _decidable(known: list[AccessRequest], request_id: str, who: Decider, now: float) -> AccessRequest:
    # What is of another department is to a head as if it were not there.
    found = access_requests.find(visible(known, who.department), request_id)
    state = found.state(now)
    if state == "expired":
        raise BadInput("request {id} has expired", id=found.id)
    if state != "waiting":
        raise BadInput(
            "request {id} is decided already, by {who}", id=found.id, who=" and ".join(found.deciders)
        )
    return found


def _terms(settings: Settings, asked: AccessRequest, choice: Choice, now: float) -> Terms:
    """What is approved. Raises `BadInput`."""
    ends = asked.ends
    if choice.until:
        chosen = walltime.end(choice.until, exemption_changes.zone_of(settings, None), now)
        if chosen > ends:
            raise BadInput("an approval may shorten what was asked for, and not lengthen it")
        ends = chosen
    if ends <= now:
        raise BadInput("that end has passed")
    if asked.terms is not None:
        if choice.group or choice.category or choice.service:
            raise BadInput(
                "the first approval says what is opened and to whom: only its end may be shortened"
            )
        return replace(asked.terms, until=ends)
    if choice.category and choice.service:
        raise BadInput("choose the service or the category")
    service = choice.service or ("" if choice.category else asked.service)
    category = choice.category or ("" if service else asked.category)
    if service not in ("", asked.service) or category not in ("", asked.category):
        raise BadInput("the request is for {site}: its service or its category is opened", site=asked.site)
    target = target_of(asked, choice.group or None)
    return Terms(target.group, target.network, category or None, service or None, ends, target.who)


def _exemption(
    settings: Settings, asked: AccessRequest, terms: Terms, deciders: tuple[str, ...], reason: str, now: float
) -> Exemption:
    wanted = Exemption(
        id="new",
        group=terms.group,
        network=terms.network,
        category=terms.category,
        service=terms.service,
        approver=", ".join(deciders),
        reason=f"request {asked.id}: {reason}",
        starts=math.floor(now),
        expires=terms.until,
        who=terms.who,
    )
    return exemption_changes.check_known(settings, wanted)


def _written(reason: str) -> str:
    line = " ".join(reason.split())
    with about("reason"):
        if not line:
            raise BadInput("who asked reads it: give one")
        return one_line(line)
