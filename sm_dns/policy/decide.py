"""The decision: may this client be answered for this name now, why, and until which instant that holds.

Precedence over a listed name: allow list, switch, exemption, streaming, bypass, other denied categories, the
schedule, permitted categories. A rule for a service gives its names another action, and with it another place there.
`monitor` groups, and groups whose schedule is not yet in force, are told what `enforce`
would have done and are denied nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sm_dns.lists.entry import Match
from sm_dns.policy.categories import Category, rank
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.clients.switches import CLOSE, EMERGENCY, OPEN, Switch
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.windows import state_at

_NEGATIVE: Final = frozenset({"nxdomain", "nodata", "refused"})
_ALWAYS_DENIED: Final = {"streaming": "STREAMING", "bypass": "BYPASS"}

# The reason codes that do not come from a window.
REASONS: Final = {
    "ALLOW_LIST": "on the allow list",
    "PAUSED": "the policy is paused for a while",
    "EMERGENCY": "the policy is set aside for an emergency",
    "OPENED": "opened for a while",
    "CLOSED": "closed for a while",
    "EXEMPTION": "exempted until a date, with approval",
    "STREAMING": "streaming media, not permitted at any time",
    "BYPASS": "a public encrypted-DNS service, which would go round this resolver",
    "BYPASS_SIGNAL": "a signal name: the negative answer tells software to keep to this network's DNS",
    "CATEGORY_DENIED": "in a category that is denied at all times",
    "SERVICE_DENIED": "a service that the site has closed",
    "SERVICE_PERMITTED": "a service that the site permits at all times",
    "CATEGORY_PERMITTED": "in a category that is permitted at all times",
    "NOT_LISTED": "on no list",
    "DELEGATION": "asks whether the name's zone is signed, which is for its parent to say",
    "UNSUPPORTED": "a question that is not taken: a transfer of a zone, or another class than the internet's",
    "DISCOVERY": "this server's own encryption",
    "LOCAL_RECORD": "a record of the site's own, in local.zone",
    "SPECIAL_NAME": "a name that means something in this network only, which is answered here",
    "ANY_TYPE": "a question for every type at once, which gets one small record",
    "PRIVATE_ADDRESS": "a name of the outside that leads to an address of the inside",
    "NOT_IN_FORCE": "the schedule is not yet in force",
    "GROUP_OFF": "no policy for this group of clients",
    "NOT_SERVED": "this client is in no network that is served",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question.

    `action`: "deny", "permit" (a listed name that may be answered) or "forward" (not governed).
    `valid_until`: POSIX second from which the decision may differ, None where none is foreseen; until then
    everything but `reason_code`, which tells the instant, stays as it is. `match`: the listing that decided.
    `answer`: how to deny. `settled`: what the name points to needs no decision of its own. `would_deny`: `enforce`
    would have denied. `opens_at`: next opening for a denied scheduled name, by its hours or an exemption; None where
    there is none. `exemption`, `switch`: the id of the one that was used; `closed_until`: the end of one that closes.
    """

    action: str
    reason_code: str
    valid_until: int | None = None
    match: Match | None = None
    answer: str = "sinkhole"
    settled: bool = False
    would_deny: bool = False
    opens_at: int | None = None
    exemption: str | None = None
    switch: str | None = None
    closed_until: int | None = None


_GROUP_OFF: Final = Decision("forward", "GROUP_OFF")
NOT_LISTED: Final = Decision("forward", "NOT_LISTED")
"""Over a name that is on no list: whoever is served is answered the same."""


DELEGATION: Final = Decision("forward", "DELEGATION", settled=True)
"""Over a question of type DS, whatever the name: its data are the parent's, and who validates needs them to believe
that a denied name's zone is not signed (RFC 4035 §3.1.4.1)."""


def decide(snapshot: Snapshot, client: ClientClass, qname: bytes, now: float) -> Decision:
    """Decide over a canonical name at `now` (POSIX seconds, UTC). Pure; `valid_until` is always after `now`."""
    group = client.group
    if group.mode == "off":
        return _GROUP_OFF
    matches = snapshot.names.lookup(qname)
    if not matches:
        return NOT_LISTED
    ruling = _enforced(snapshot, client, matches, now)
    if ruling.action != "deny":
        return ruling
    if ruling.reason_code == "BYPASS_SIGNAL" and snapshot.signals_in_monitor:
        return ruling
    if group.mode == "monitor":
        return _only_noted(ruling)
    effective_from = snapshot.schedules[group.schedule].effective_from
    if effective_from is not None and now < effective_from:
        until = _earliest(ruling.valid_until, effective_from)
        return replace(_only_noted(ruling), reason_code="NOT_IN_FORCE", valid_until=until)
    return ruling


def _only_noted(denial: Decision) -> Decision:
    return replace(denial, action="permit", would_deny=True, opens_at=None)


def _enforced(snapshot: Snapshot, client: ClientClass, matches: tuple[Match, ...], now: float) -> Decision:
    """The decision of a group in `enforce` over a listed name."""
    deciding = _deciding(snapshot, client, matches)
    if deciding is None:
        return NOT_LISTED
    category, match = deciding
    if category.action == "allow":
        return Decision("permit", "ALLOW_LIST", match=match, settled=True)
    fitting = [one for one in client.switches if now < one.expires and one.covers(matches, match)]
    if not fitting:
        return _unswitched(snapshot, client, matches, deciding, now)
    used = next((one for one in fitting if one.starts <= now), None)
    if used is None:
        ruling = _unswitched(snapshot, client, matches, deciding, now)
    else:
        ruling = _switched(snapshot, client, matches, deciding, used, now)
    # One that decides does so to its end, whatever ends meanwhile, unless another begins.
    edges = [one.starts for one in fitting if one.starts > now]
    if used is not None:
        edges.append(used.expires)
    return replace(ruling, valid_until=_earliest(ruling.valid_until, *edges))


def _switched(
    snapshot: Snapshot,
    client: ClientClass,
    matches: tuple[Match, ...],
    deciding: tuple[Category, Match],
    used: Switch,
    now: float,
) -> Decision:
    """What a switch that is in force says."""
    category, match = deciding
    if used.turn == OPEN:
        return Decision("permit", "OPENED", used.expires, match, settled=True, switch=used.id)
    if used.turn == CLOSE:
        answer = way_to_deny(category, match)
        until = used.expires
        return Decision("deny", "CLOSED", until, match, answer, switch=used.id, closed_until=until)
    ruling = _unswitched(snapshot, client, matches, deciding, now)
    if ruling.action != "deny":
        return ruling
    reason_code = "EMERGENCY" if used.turn == EMERGENCY else "PAUSED"
    return replace(_only_noted(ruling), reason_code=reason_code, settled=True, switch=used.id)


def _unswitched(
    snapshot: Snapshot,
    client: ClientClass,
    matches: tuple[Match, ...],
    deciding: tuple[Category, Match],
    now: float,
) -> Decision:
    """What is decided where no switch is in force."""
    category, match = deciding
    if category.action == "permit":
        reason_code = "SERVICE_PERMITTED" if _is_ruled(snapshot, category) else "CATEGORY_PERMITTED"
        return Decision("permit", reason_code, match=match, settled=True)
    fitting = [one for one in client.exemptions if now < one.expires and one.covers(matches, match)]
    if not fitting:
        return _ruling(snapshot, client, category, match, now)
    used = _longest(fitting, now)
    if used is None:
        ruling = _ruling(snapshot, client, category, match, now)
    else:
        until = used.standing(now).until
        ruling = Decision("permit", "EXEMPTION", until, match, settled=True, exemption=used.id)
    # Another that begins meanwhile may be the one that is used from then on.
    to_come = [one.begins(now) for one in fitting if one is not used]
    opens_at = ruling.opens_at
    if ruling.action == "deny" and category.action == "schedule":
        opens_at = _earliest(opens_at, *to_come)
    return replace(ruling, valid_until=_earliest(ruling.valid_until, *to_come), opens_at=opens_at)


def _longest(exemptions: Iterable[Exemption], now: float) -> Exemption | None:
    """Of those in force the one that is so for the longest."""
    in_force = [one for one in exemptions if one.standing(now).in_force]
    return max(in_force, key=lambda one: one.standing(now).until or 0, default=None)


def _ruling(
    snapshot: Snapshot, client: ClientClass, category: Category, match: Match, now: float
) -> Decision:
    """What a denied or scheduled category says, exemptions apart."""
    if category.action == "deny":
        return _always_denied(snapshot, category, match)
    state = state_at(snapshot.schedules[client.group.schedule], now)
    if state.permitted:
        return Decision("permit", state.reason_code, valid_until=state.until, match=match)
    return Decision(
        "deny",
        state.reason_code,
        valid_until=state.until,
        match=match,
        answer=match.tag.answer or category.answer,
        opens_at=state.until,
    )


def _always_denied(snapshot: Snapshot, category: Category, match: Match) -> Decision:
    answer = way_to_deny(category, match)
    if match.tag.signal:
        return Decision("deny", "BYPASS_SIGNAL", match=match, answer=answer)
    reason_code = _ALWAYS_DENIED.get(category.name, "CATEGORY_DENIED")
    if _is_ruled(snapshot, category):
        reason_code = "SERVICE_DENIED"
    return Decision("deny", reason_code, match=match, answer=answer)


def way_to_deny(category: Category, match: Match) -> str:
    """How a name is denied, one of `categories.ANSWERS`, given what decides over it."""
    answer = match.tag.answer or category.answer
    # Software takes only a negative answer for a signal; an address would say the opposite.
    return "nxdomain" if match.tag.signal and answer not in _NEGATIVE else answer


def _deciding(
    snapshot: Snapshot, client: ClientClass, matches: tuple[Match, ...]
) -> tuple[Category, Match] | None:
    """The first category in order of precedence that lists the name, with its most specific match.

    Where a rule is for the service of a match, the category is as the rule has it.
    """
    actions = client.service_actions
    if actions and any(match.tag.service in actions for match in matches):
        return next(iter(by_precedence(snapshot.categories, actions, matches)), None)
    for category in snapshot.categories.values():
        for match in matches:
            if match.tag.category == category.name:
                return category, match
    return None


def by_precedence(
    categories: Mapping[str, Category], actions: Mapping[str, str], matches: tuple[Match, ...]
) -> list[tuple[Category, Match]]:
    """All listings of a name, the one that decides first: each with its category as the `actions` of services have
    it, and of one category the most specific first."""
    found: list[tuple[Category, Match]] = []
    for name, category in categories.items():
        for match in matches:
            if match.tag.category == name:
                action = actions.get(match.tag.service, category.action)
                is_same = category.action in ("allow", action)
                found.append((category if is_same else replace(category, action=action), match))
    return sorted(found, key=lambda one: rank(one[0]))


def _is_ruled(snapshot: Snapshot, category: Category) -> bool:
    """Whether a category is as a rule for a service has it."""
    return category.action != snapshot.categories[category.name].action


def _earliest(*instants: int | None) -> int | None:
    return min((at for at in instants if at is not None), default=None)


# Who goes round this resolver is under no policy any more: no work needs that, and no head of a department grants it.
NEVER_OPENED: Final = ("BYPASS", "BYPASS_SIGNAL")


def askable(snapshot: Snapshot, client: ClientClass, qname: bytes, now: float) -> Match | None:
    """The listing that closes a canonical name to a client at `now` (POSIX seconds).

    None where it is open, or is never opened on request.
    """
    decision = decide(snapshot, client, qname, now)
    return decision.match if decision.action == "deny" and decision.reason_code not in NEVER_OPENED else None
