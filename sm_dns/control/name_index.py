"""The index of all listed names of a generation, compiled anew only where a list has changed.

A million names take seconds, and most new generations (a calendar, an exemption, a restart) change none of them: the
earlier generation's index is then linked into the new one. A note beside it tells what it was made of.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b, file_digest
from importlib.metadata import version
from pathlib import Path

import sm_dns
from sm_dns.control.assemble import each_row, list_cache, remote_source
from sm_dns.control.kept_lists import vanished
from sm_dns.control.remote import kept_version
from sm_dns.control.settings import Settings
from sm_dns.control.watch import fingerprint
from sm_dns.lists.index import NameIndex, write_index
from sm_dns.lists.shipped import shipped_zones
from sm_dns.policy.snapshot import NAMES_FILE

NOTE = "names.json"
_READERS = ("idna", "publicsuffixlist")  # the libraries that have a say in what a list's line means


def place_index(settings: Settings, directory: Path, earlier: Path | None) -> frozenset[str]:
    """Put the index into `directory`, from the generation in `earlier` if that has the same; the lists it names.

    A list is called as in a `Tag`. Raises `BadInput` for a list that cannot be read, `OSError` when the disk refuses.
    """
    made_of = _made_of(settings)
    names = directory / NAMES_FILE
    digest = None if earlier is None else _take_over(earlier, names, made_of)
    if digest is None:
        write_index(names, each_row(settings))
        digest = _digest(names)
    note = {"made_of": made_of, "digest": digest}
    (directory / NOTE).write_text(json.dumps(note) + "\n", encoding="utf-8")
    index = NameIndex.open(names)
    try:
        return frozenset(tag.list for tag in index.tags)
    finally:
        index.close()


def _take_over(earlier: Path, names: Path, made_of: str) -> str | None:
    """Link an earlier generation's index to `names` if it was made of the same and is still whole: its digest."""
    try:
        note = json.loads((earlier / NOTE).read_bytes())
        digest = _digest(earlier / NAMES_FILE)
        if note != {"made_of": made_of, "digest": digest}:
            return None
        os.link(earlier / NAMES_FILE, names)
    except (OSError, ValueError):
        return None
    return digest


def _made_of(settings: Settings) -> str:
    """What tells whether an index would come out the same: the lists, how they are placed, and what reads them."""
    cache = list_cache(settings)
    kept = vanished(settings.zones_dir, settings.state_dir)
    files = [
        *shipped_zones().iterdir(),
        settings.zones_dir,
        *kept,
        *Path(sm_dns.__file__).parent.rglob("*.py"),
    ]
    inputs = [
        sorted(fingerprint(files)),
        sorted(category.name for category in settings.all_categories),
        [
            (one.name, one.category, one.service_id, kept_version(remote_source(one), cache))
            for one in settings.lists
        ],
        [version(library) for library in _READERS],
    ]
    return blake2b(json.dumps(inputs).encode(), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "blake2b").hexdigest()
