"""Which records of the audit are looked for: by whom, what, on what, when, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sm_dns.i18n.catalogue import catalogue, languages
from sm_dns.state import audit
from sm_dns.state.chain import Record
from sm_dns.util import walltime
from sm_dns.util.clock import utc_iso

_ALWAYS = "9999"  # comes after every instant


@dataclass(frozen=True, slots=True)
class Wanted:
    """Instants are UTC as the audit writes them; all but `what` is in small letters. "": whatever it is."""

    since: str = ""
    until: str = _ALWAYS
    who: str = ""
    what: str = ""
    target: str = ""
    text: str = ""

    def holds(self, record: Record) -> bool:
        """Whether a record is one of them."""
        return (
            self.since <= record.at < self.until
            and self.who in record.who.casefold()
            and record.action.startswith(self.what)
            and self.target in record.target.casefold()
            and (not self.text or any(self.text in each.casefold() for each in _texts(record)))
        )


def wanted(
    zone: ZoneInfo, now: float, *, since: str, until: str, who: str, what: str, target: str, text: str
) -> Wanted:
    """What a person looks for. `since` and `until` are local times or dates of a zone, `now` POSIX seconds. Raises
    `BadInput`."""
    first, last = walltime.stretch(since, until, zone, now)
    return Wanted(
        since="" if first is None else utc_iso(first),
        until=_ALWAYS if last is None else utc_iso(last),
        who=who.casefold(),
        what=what,
        target=target.casefold(),
        text=text.casefold(),
    )


def found(state_dir: Path, wish: Wanted) -> Iterator[Record]:
    """The records that are like that, the oldest first. Raises `BadInput` at a line that is no record."""
    return filter(wish.holds, audit.read(state_dir / audit.FILE))


def _texts(record: Record) -> Iterator[str]:
    """What a record says, in its own words and in those of every language."""
    yield from (record.who, record.action, record.target, record.why)
    yield json.dumps(dict(record.detail), ensure_ascii=False)
    yield from (catalogue(language).known(f"page.did.{record.action}", "") for language in languages())
