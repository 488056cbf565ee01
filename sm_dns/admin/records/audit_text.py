"""A record of the audit as a whole sentence, in the reader's language: who did what, on what, with what, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sm_dns.i18n.catalogue import Catalogue
from sm_dns.policy import recurring_hours
from sm_dns.policy.clients.who import KINDS, OWN_LINKS, in_words, kind_of
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput

MAX_LISTED = 10  # items of a list that a sentence names
MAX_VALUE = 200  # characters of a value in one

_INSTANTS = frozenset({"starts", "expires", "until"})  # keys of which a number is POSIX seconds
_SAID = frozenset({"id", "name", "number", "reason"})  # keys that say the target or the reason once more
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class Recorded(Protocol):
    """What a record says, whoever holds it."""

    @property
    def who(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def detail(self) -> Mapping[str, Any]: ...


def sentence(say: Catalogue, record: Recorded, who: str, zone: ZoneInfo) -> str:
    """What a record says. `who`: how the reader is told who it was; times are those of `zone`.

    Of an action or a detail that the language has no words for it has those of the record itself.
    """
    did = say.known(f"page.did.{record.action}", record.action)
    about = say("audit.said_about", did=did, who=who, target=record.target)
    text = about if record.target else say("audit.said", did=did, who=who)
    details = ", ".join(_details(say, record, zone))
    text = f"{text[:1].upper()}{text[1:]}{f'; {details}' if details else ''}."
    if not record.why:
        return text
    why = say.known(f"page.because.{record.why}", record.why)
    return f"{text} {say('audit.because', why=why.rstrip('.'))}"


def _details(say: Catalogue, record: Recorded, zone: ZoneInfo) -> Iterator[str]:
    for key, value in record.detail.items():
        if _is_said(record, key, value):
            continue
        if value is None:
            missing = say.known(f"audit.detail.{key}.none", "")
            if missing and record.action.startswith("token"):
                yield missing
        elif value not in ("", [], {}, False):
            text = say.known(f"audit.detail.{_word(record, key, value)}", f"{key} {{value}}")
            yield _filled(text, _shown(say, key, value, zone))


def _word(record: Recorded, key: str, value: object) -> str:
    """The key of the words for a detail: `who` and `action` are what somebody looked for, else for whom something
    is, and what a rule says; `last` is a day, else how many records."""
    if key == "last" and isinstance(value, str):
        return "last_day"
    if record.action.endswith(" viewed"):
        return key
    return {"who": "for_whom", "action": "set_action"}.get(key, key)


def _is_said(record: Recorded, key: str, value: object) -> bool:
    """Whether a detail says the target or the reason once more."""
    if isinstance(value, list):
        return " ".join(map(str, value)) == record.target
    return key in _SAID and value in (record.target, record.why)


def _filled(text: str, value: str) -> str:
    return text.replace("{value}", value)


def _shown(say: Catalogue, key: str, value: object, zone: ZoneInfo) -> str:
    if isinstance(value, list):
        named = ", ".join(_shown(say, key, one, zone) for one in value[:MAX_LISTED])
        return f"{named} … ({len(value)})" if len(value) > MAX_LISTED else named
    if key in _INSTANTS and isinstance(value, int | float):
        return _local(float(value), zone)
    if not isinstance(value, str):
        text = _hours(value) if key == "hours" else json.dumps(value, ensure_ascii=False)
    elif _UTC.fullmatch(value):
        text = _local(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp(), zone)
    elif key == "who":
        text = say.said(in_words(value)) if kind_of(value) in KINDS or value == OWN_LINKS else value
    else:
        text = say.known(f"page.role.{value}", value) if key == "role" else value
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def _hours(value: object) -> str:
    """Hours of the week, or what else a record calls so."""
    try:
        return recurring_hours.written(recurring_hours.from_json(value, "hours"))
    except BadInput:
        return json.dumps(value, ensure_ascii=False)


def _local(at: float, zone: ZoneInfo) -> str:
    return walltime.iso_local(at, zone).replace("T", " ")
