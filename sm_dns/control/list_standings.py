"""How lists stand now: what was read of them when they were taken up, and how old they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sm_dns.generation.list_source import ListSource
from sm_dns.ipc.status import ListStanding
from sm_dns.lists.list_read import ListRead
from sm_dns.state.lists.list_checks import checked_at, fetched_at
from sm_dns.util.clock import utc_iso

_NOTHING = ListRead("", 0, 0, 0, 0, 0, ())


def list_standings(sources: Iterable[ListSource], state_dir: Path) -> tuple[ListStanding, ...]:
    """One of each list, in the order given."""
    return tuple(_standing(source, state_dir) for source in sources)


def _standing(source: ListSource, state_dir: Path) -> ListStanding:
    read = source.read or _NOTHING
    is_remote = source.is_remote
    changed = fetched_at(state_dir, source.name) if is_remote else source.changed
    checked = checked_at(state_dir, source.name) if is_remote else None
    return ListStanding(
        name=source.name,
        category=source.category,
        source=source.source,
        changed=None if changed is None else utc_iso(changed),
        checked=None if checked is None else utc_iso(checked),
        names=read.names,
        exceptions=read.exceptions,
        unusable=read.unusable,
        beyond_dns=read.beyond_dns,
        stays_open=read.stays_open,
    )
