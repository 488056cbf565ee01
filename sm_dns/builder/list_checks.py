"""The lists of the site and by URL: where each comes from, and what `check` finds of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sm_dns.admin.local_zone import FILE as LOCAL_ZONE
from sm_dns.admin.policy_document import remote_list
from sm_dns.admin.surroundings import Surroundings
from sm_dns.generation.list_source import ListSource
from sm_dns.lists.list_read import ListRead
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.state.lists.list_checks import checked_at
from sm_dns.util.finding import Finding, finding

MAX_MISSED = 3  # times that a list could not be renewed, before that is told
_DAY = 86_400.0


def list_findings(settings: Settings, reads: Iterable[ListRead], now: float) -> Iterator[Finding]:
    """Those of the site's lists and of lists by URL, of which `reads` tells what was read. `now` is POSIX seconds."""
    known = {read.list: read for read in reads}
    for path in sorted(settings.zones_dir.glob("*.txt")):
        read = known.get(f"site:{path.name}")
        if read is None or not read.names:
            yield finding("note", "{path} lists no name", path=path)
        elif read.examples:
            examples = ", ".join(read.examples)
            yield finding(
                "note",
                "{path} closes what lists by URL never close: {examples}",
                path=path,
                examples=examples,
            )
    yield from _not_read(settings)
    for listed in settings.lists:
        read = known.get(remote_list(listed))
        if read is None:
            yield finding(
                "warning", "list {name!r} was never fetched: run `sm-dns lists refresh`", name=listed.name
            )
        else:
            yield from _of_remote(settings, listed, read, now)


def _not_read(settings: Settings) -> Iterator[Finding]:
    """What is called like a list or the records of the site, and is neither; a copy of one is passed over."""
    wanted = {one.name: f"{one.name}.txt" for one in settings.all_categories}
    wanted[Path(LOCAL_ZONE).stem] = LOCAL_ZONE
    for path in sorted(settings.zones_dir.glob("*")):
        meant = wanted.get(path.name.partition(".")[0].lower())
        if meant is None or path.suffix == ".txt" or path.name.startswith(meant):
            continue
        yield finding(
            "warning",
            "{path} is not read: the site's own names stand in {meant}",
            path=path,
            meant=meant,
        )


def list_sources(
    settings: Settings, around: Surroundings, reads: Iterable[ListRead]
) -> tuple[ListSource, ...]:
    """The lists of the site and by URL, each with what was read of it."""
    known = {read.list: read for read in reads}
    own = [path for path in around.site_files if path.suffix == ".txt"]
    remote = settings.lists
    return (
        *(
            ListSource(one.name, one.stem, str(one), _changed(one), known.get(f"site:{one.name}"))
            for one in own
        ),
        *(ListSource(one.name, one.category, one.url, None, known.get(remote_list(one))) for one in remote),
    )


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # gone meanwhile: the next compilation says so
        return 0.0


def _of_remote(settings: Settings, listed: ListSettings, read: ListRead, now: float) -> Iterator[Finding]:
    name = listed.name
    if not read.names:
        yield finding(
            "warning", "list {name!r} gives no name: run `sm-dns lists show {name} --left-out`", name=name
        )
    if read.stays_open:
        yield finding(
            "warning",
            "list {name!r} would close {count} names that stay open: {examples}",
            name=name,
            count=read.stays_open,
            examples=", ".join(read.examples),
        )
    checked = checked_at(settings.state_dir, name)
    if checked is not None and now - checked > MAX_MISSED * listed.refresh + _DAY:
        yield finding(
            "warning",
            "list {name!r} could not be renewed for {days:.0f} days",
            name=name,
            days=(now - checked) / _DAY,
        )
