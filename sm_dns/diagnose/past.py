"""What was answered at a time that is past: by the policy that was in force then, which the history keeps.

Where that is not kept, today's policy is asked, and the explanation says so: nothing else answers in its place.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.diagnose.explainer import AnswerToday, Explainer, Explanation, LookUp, PolicyThen
from sm_dns.diagnose.known_as import KnownAs
from sm_dns.history.past import Held, held_at
from sm_dns.history.shelf import Shelf
from sm_dns.history.switches_then import switches_at
from sm_dns.policy.explain import WhoAsks
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput


class Question(NamedTuple):
    """A question: who asks, a canonical name, a type such as "AAAA", an instant (POSIX seconds), and who tells what
    upstreams say."""

    who: WhoAsks
    qname: bytes
    qtype: str
    at: float
    look_up: LookUp | None


def explain_today(explainer: Explainer, asked: Question) -> Explanation:
    """By the policy in force. Raises `BadInput` for what is no type."""
    return explainer.explain(*asked)


def explain_past(
    explainer: Explainer,
    shelf: Shelf,
    in_force: str | None,
    asked: Question,
    zone: ZoneInfo,
    known_as: KnownAs,
) -> Explanation:
    """By the policy that was in force at the instant asked about. `explainer` goes by today's, `in_force` is the
    version by which the running service answers, None where none runs, `known_as` tells of whoever asks what that
    policy wants to know. Raises `BadInput` for what is no type."""
    today = explain_today(explainer, asked)
    with ExitStack() as stack:
        try:
            held = _held(shelf, in_force, asked.at, zone)
            snapshot = stack.enter_context(shelf.snapshot(held.version))
        except BadInput as error:
            return replace(today, not_kept=error.message)
        named = snapshot.clients.identities()
        who = asked.who._replace(identities=known_as(named)) if named else asked.who
        policy = explainer.by(snapshot.switched(switches_at(shelf.state_dir, asked.at)))
        then = explain_today(policy, asked._replace(who=who))
    by, of_today = _told(held, zone), None if _same(then, today) else _short(today)
    return replace(then, by=by, today=of_today, who_not_kept=bool(named))


def _held(shelf: Shelf, in_force: str | None, at: float, zone: ZoneInfo) -> Held:
    found = held_at(shelf, at, zone)
    if found.until is None and in_force not in (None, found.version.version):
        raise BadInput(
            "the policy in force is not in the history, and since when it is in force is not known"
        )
    return found


def _told(held: Held, zone: ZoneInfo) -> PolicyThen:
    return PolicyThen(
        id=held.version.id,
        version=held.version.version,
        since=walltime.iso_local(held.version.since, zone),
        until=None if held.until is None else walltime.iso_local(held.until, zone),
    )


def _same(then: Explanation, today: Explanation) -> bool:
    """Whether both decide the same for the same reason."""

    def decided(one: Explanation) -> tuple[object, ...]:
        used = None if one.exemption is None else one.exemption.id
        turned = None if one.switch is None else one.switch.id
        return one.decision, one.reason_code, one.category, one.service, one.group, used, turned

    return decided(then) == decided(today)


def _short(one: Explanation) -> AnswerToday:
    return AnswerToday(one.decision, one.reason_code, one.reason, one.category, one.service)
