"""What one policy says that the one before did not, in plain sentences.

It reads documents and not what they mean: a key that it does not know is told with its values, never left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sm_dns.lists.index_differences import ListDifference
from sm_dns.policy import recurring_hours
from sm_dns.policy.clients import who
from sm_dns.policy.schedule import DEFAULTS as SCHEDULE_DEFAULTS
from sm_dns.policy.snapshot import DEFAULTS
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_SENTENCES = 200  # of one difference; then only how many more there are
MAX_SHOWN = 200  # characters of a value

_INSTANTS = ("starts", "expires")  # keys whose values are POSIX seconds
_OF_AN_EXEMPTION = (
    *("id", "group", "network", "who", "category", "service"),
    *("hours", "approver", "reason", "starts", "expires"),
)
_NO_POLICY = ("generation", "version")  # of a document: its number and its hash
_DATED = {
    "holidays": Message("holiday"),
    "half_days": Message("half day"),
    "extra_workdays": Message("extra working day"),
}

Row = Mapping[str, Any]
Told = Iterator[Message]


def differences(
    before: Row, after: Row, lists: Mapping[str, ListDifference], now: float
) -> tuple[Message, ...]:
    """Sentences about what `after` says and `before` did not, both policy documents, and about what lists of names
    gained and lost. `now` (POSIX seconds) tells an exemption that was ended from one that came to its end."""
    found = [*_of_documents(before, after, now), *_of_lists(lists)]
    more = len(found) - MAX_SENTENCES
    if more > 0:
        return (*found[:MAX_SENTENCES], Message("and {count} further differences", count=more))
    return tuple(found)


def _of_documents(before: Row, after: Row, now: float) -> Told:
    parts: dict[str, Callable[[Any, Any], Told]] = {
        "schedules": _schedules,
        "groups": _groups,
        "categories": _categories,
        "services": _services,
        "exemptions": lambda old, new: _exemptions(old, new, _zone(after), now),
    }
    for key in dict.fromkeys((*before, *after)):
        old, new = (one.get(key, DEFAULTS.get(key)) for one in (before, after))
        if key in _NO_POLICY or old == new:
            continue
        if key in parts:
            yield from parts[key](old or (), new or ())
        else:
            yield Message(
                "{key} is {now}; it was {before}", key=key, now=value_text(new), before=value_text(old)
            )


def _schedules(before: Row, after: Row) -> Told:
    for name in before:
        if name not in after:
            yield Message("schedule {name} was taken away", name=name)
    for name, new in after.items():
        if name not in before:
            yield Message("schedule {name} was added", name=name)
            continue
        for key in dict.fromkeys((*before[name], *new)):
            old, now = (one.get(key, SCHEDULE_DEFAULTS.get(key)) for one in (before[name], new))
            if old == now:
                continue
            if key in _DATED:
                yield from _days(name, _DATED[key], _dated(old), _dated(now))
            elif key == "periods":
                yield from _periods(name, old or [], now or [])
            else:
                yield _changed(Message("schedule {name}", name=name), key, old, now)


def _days(schedule: str, kind: Message, before: Mapping[str, str], after: Mapping[str, str]) -> Told:
    """Days of a calendar, each with what is said of it; nothing of an extra working day."""
    for day in sorted({*before, *after}):
        old, new = before.get(day), after.get(day)
        values = {"schedule": schedule, "kind": kind, "day": day}
        if old is None:
            yield Message("calendar of {schedule}: {kind} {day} was added{what}", **values, what=_behind(new))
        elif new is None:
            yield Message(
                "calendar of {schedule}: {kind} {day} was taken away{what}", **values, what=_behind(old)
            )
        elif old != new:
            yield Message(
                "calendar of {schedule}: {kind} {day} is {now}; it was {before}",
                **values,
                now=new,
                before=old,
            )


def _periods(schedule: str, before: list[Any], after: list[Any]) -> Told:
    for one in before:
        if one not in after:
            yield Message(
                "schedule {schedule}: the period {period} was taken away",
                schedule=schedule,
                period=value_text(one),
            )
    for one in after:
        if one not in before:
            yield Message(
                "schedule {schedule}: the period {period} was added",
                schedule=schedule,
                period=value_text(one),
            )


def _groups(before: list[Row], after: list[Row]) -> Told:
    old, new = _by(before, "name"), _by(after, "name")
    for name in old.keys() - new.keys():
        yield Message("group {name} was taken away", name=name)
    for name, group in new.items():
        if name not in old:
            yield Message("group {name} was added: {group}", name=name, group=row_text(group, "name"))
            continue
        was = old[name]
        if was.get("mode") != group.get("mode"):
            yield Message(
                "group {name}: the mode is {now}; it was {before}",
                name=name,
                now=group.get("mode"),
                before=was.get("mode"),
            )
        yield from _changes(Message("group {name}", name=name), was, group, but=("name", "mode"))
    yield from _order("groups", old, new)


def _categories(before: list[Row], after: list[Row]) -> Told:
    old, new = _by(before, "name"), _by(after, "name")
    for name in old.keys() - new.keys():
        yield Message("category {name} was taken away", name=name)
    for name, category in new.items():
        if name not in old:
            yield Message(
                "category {name} was added: {category}", name=name, category=row_text(category, "name")
            )
        else:
            yield from _changes(Message("category {name}", name=name), old[name], category, but=("name",))
    yield from _order("categories", old, new)


def _services(before: list[Row], after: list[Row]) -> Told:
    """Rules are told apart by service and by whom they are for."""

    def named(rules: list[Row]) -> dict[tuple[str, ...], Row]:
        return {(str(rule.get("service")), *map(str, rule.get("who") or ())): rule for rule in rules}

    old, new = named(before), named(after)
    for key, rule in old.items():
        if key not in new:
            yield Message(
                "the rule for service {service} was taken away: {rule}", service=key[0], rule=_rule(rule)
            )
    for key, rule in new.items():
        if key not in old:
            yield Message("a rule for service {service} was set: {rule}", service=key[0], rule=_rule(rule))
        elif rule != old[key]:
            yield Message(
                "the rule for service {service} is {now}; it was {before}",
                service=key[0],
                now=_rule(rule),
                before=_rule(old[key]),
            )


def _exemptions(before: list[Row], after: list[Row], zone: ZoneInfo, now: float) -> Told:
    ended = {str(one.get("id")) for one in before if float(one.get("expires") or 0) <= now}
    old, new = (_by([with_local_times(one, zone) for one in rows], "id") for rows in (before, after))
    for name in old:
        if name in new:
            continue
        if name in ended:
            yield Message("exemption {id} came to its end", id=name)
        else:
            yield Message("exemption {id} was ended before its time", id=name)
    for name, one in new.items():
        if name in old:
            yield from _changes(Message("exemption {id}", id=name), old[name], one, but=("id",))
            continue
        yield Message(
            "exemption {id} was granted: {what}, until {until}, approved by {approver}: {reason}",
            id=name,
            what=_exempted(one),
            until=one.get("expires"),
            approver=one.get("approver"),
            reason=one.get("reason"),
        )


def _of_lists(lists: Mapping[str, ListDifference]) -> Told:
    for name, one in lists.items():
        yield Message(
            "list {list}: +{added} −{removed} names{examples}",
            list=name,
            added=one.added,
            removed=one.removed,
            examples=_examples(one),
        )


def _examples(one: ListDifference) -> str:
    signed = [f"+{name}" for name in one.named_added] + [f"−{name}" for name in one.named_removed]
    if not signed:
        return ""
    rest = one.added + one.removed - len(signed)
    return f" ({', '.join(signed)}{' …' if rest else ''})"


def _changes(what: Message, before: Row, after: Row, but: tuple[str, ...]) -> Told:
    for key in dict.fromkeys((*before, *after)):
        if key not in but and before.get(key) != after.get(key):
            yield _changed(what, key, before.get(key), after.get(key))


def _changed(what: Message, key: str, before: object, after: object) -> Message:
    if isinstance(before, list) and isinstance(after, list):
        gained = [one for one in after if one not in before]
        lost = [one for one in before if one not in after]
        if gained and not lost:
            return Message(
                "{what}: {key} has {gained} besides", what=what, key=key, gained=value_text(gained)
            )
        if lost and not gained:
            return Message("{what}: {key} has {lost} no more", what=what, key=key, lost=value_text(lost))
    return Message(
        "{what}: {key} is {now}; it was {before}",
        what=what,
        key=key,
        now=value_text(after),
        before=value_text(before),
    )


def _order(what: str, old: Mapping[str, Row], new: Mapping[str, Row]) -> Told:
    """The order decides where rows say different things of one name."""
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield Message("the order of {what} is {order}", what=what, order=", ".join(new))


def _by(rows: list[Row], key: str) -> dict[str, Row]:
    return {str(row.get(key)): row for row in rows}


def _rule(rule: Row) -> Message:
    more = row_text(rule, "service", "action", "who")
    return Message(
        "{action} for {whom}{more}",
        action=rule.get("action"),
        whom=who.all_in_words([str(each) for each in rule.get("who") or ()]),
        more=f", {more}" if more else "",
    )


def _exempted(one: Row) -> Message:
    """Whom an exemption is for, what they may reach, and in which hours."""
    whom = [who.who(kind, str(one[kind])) for kind in (who.GROUP, who.NETWORK) if one.get(kind)]
    reached = [str(one[key]) for key in ("service", "category") if one.get(key)]
    more = row_text(one, *_OF_AN_EXEMPTION)
    return Message(
        "{whom} may reach {what}{more}",
        whom=who.all_in_words([*whom, *([str(one["who"])] if one.get("who") else ())]),
        what=", ".join(reached),
        more="".join(f", {each}" for each in (_hours(one.get("hours")), more) if each),
    )


def _hours(hours: object) -> str:
    try:
        return "" if hours is None else recurring_hours.written(recurring_hours.from_json(hours, "hours"))
    except BadInput:
        return f"hours {value_text(hours)}"


def with_local_times(row: Row, zone: ZoneInfo) -> dict[str, Any]:
    """A row of a document whose instants are told as local times."""
    return {
        key: walltime.iso_local(value, zone) if key in _INSTANTS and isinstance(value, int) else value
        for key, value in row.items()
    }


def row_text(row: Row, *but: str) -> str:
    """The keys of a row of a document that say something, and their values, but for some."""
    return ", ".join(
        f"{key} {value_text(value)}"
        for key, value in sorted(row.items(), key=lambda one: one[0] not in ("id", "name"))
        if key not in but and value not in (None, [], {}, "")
    )


def _dated(value: object) -> dict[str, str]:
    if isinstance(value, dict):
        return {str(day): value_text(said) for day, said in value.items()}
    return {str(day): "" for day in value} if isinstance(value, list) else {}


def _behind(said: str | None) -> str:
    return f" ({said})" if said else ""


def value_text(value: object) -> str:
    """A value of a document, in one line of bounded length."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = ", ".join(value) or "nothing"
    elif isinstance(value, str):
        text = value
    else:
        text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _zone(document: Row) -> ZoneInfo:
    """Of the default schedule; UTC where the document does not tell."""
    schedules = document.get("schedules") or {}
    named = schedules.get(document.get("default_schedule")) or {}
    try:
        return ZoneInfo(str(named.get("timezone", SCHEDULE_DEFAULTS["timezone"])))
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
