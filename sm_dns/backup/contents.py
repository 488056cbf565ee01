"""What a backup holds, by the name that each file has in it, and in which order.

`etc/` are the configuration and the files beside it that it names, `zones/` and `calendar/` the folders of the
site's own, `state/` what the service keeps, `store` the counts of use, `key` that of the pseudonyms. What is made
anew is left out: compiled policies, sockets, locks, drafts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sm_dns.settings.settings import Settings

FORMAT = 1  # of what is inside; a later one is refused
ABOUT, MANIFEST = "about.json", "manifest.json"  # the first member and the last
ETC, ZONES, CALENDAR, STATE = "etc", "zones", "calendar", "state"
STORE, KEY = "store/usage.db", "key/pseudonym.key"
ROLES = frozenset((ETC, ZONES, CALENDAR, STATE, "store", "key"))
PREFIX = ".backup-"  # of the folder in which a backup gathers what it is to hold

_ANEW = frozenset(("generations", "unbound"))  # folders of the state
_SUFFIXES = (".lock", ".sock", ".intent")


@dataclass(frozen=True)
class Places:
    """Where the parts of a server lie. `store` is None where it is a database server, or nothing is counted."""

    config: Path
    zones: Path
    calendar: Path
    state: Path
    store: Path | None
    key: Path


def places(settings: Settings) -> Places:
    """Those of a configuration."""
    given, state = settings.monitoring, settings.state_dir
    store = str(given.store or state / "monitor" / "usage.db")
    return Places(
        settings.file,
        settings.zones_dir,
        settings.calendar_dir,
        state,
        None if "://" in store else Path(store),
        given.key_file or state / "keys" / "pseudonym.key",
    )


def named_files(settings: Settings) -> tuple[list[Path], list[Path]]:
    """The files that a configuration names beside itself, and those elsewhere, which a backup leaves to others."""
    folder, where = settings.file.parent, places(settings)
    own = (where.state, where.zones, where.calendar)
    found = dict.fromkeys(path for path in _paths(settings) if path.is_file())
    found = {path: None for path in found if not any(path.is_relative_to(each) for each in own)}
    beside = [path for path in found if path.is_relative_to(folder)]
    elsewhere = [path for path in found if path not in beside and path not in (where.store, where.key)]
    return beside, elsewhere


def state_files(where: Places) -> Iterator[Path]:
    """Folders and regular files of the state, folders before what is in them, without what is made anew and without
    store and key, which have their own places. Raises `OSError`."""
    store = (
        ()
        if where.store is None
        else (where.store, *(Path(f"{where.store}{end}") for end in ("-wal", "-shm")))
    )
    left = {*store, where.key}
    for folder, folders, files in os.walk(where.state, onerror=_raise):
        here = Path(folder)
        if here == where.state:
            folders[:] = [name for name in folders if name not in _ANEW]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield here
        for name in sorted(files):
            path = here / name
            if not (path in left or name.startswith(".") or name.endswith(_SUFFIXES)) and _is_regular(path):
                yield path


def folder_files(folder: Path) -> Iterator[Path]:
    """A folder of the site's own and all that is in it, folders first; nothing where it is missing."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(here)
        for name in sorted(files):
            if not name.startswith(".") and (Path(here) / name).is_file():
                yield Path(here) / name


def _paths(value: Any) -> Iterator[Path]:
    """Every path in a configuration, however deep."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _paths(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _paths(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _paths(each)


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False  # gone meanwhile


def _raise(error: OSError) -> None:
    raise error
