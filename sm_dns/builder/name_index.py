"""The index of all listed names of a generation, compiled anew only where a list has changed.

A million names take seconds, and most new generations (a calendar, an exemption, a restart) change none of them: the
earlier generation's index is then copied into the new one. It is no link, so that a place of the disk that goes bad
takes one generation and leaves the last good one; where the file system can, the two share their blocks until then.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import sm_dns
from sm_dns.admin.listing.never_close import never_close
from sm_dns.admin.policy_document import each_row, list_cache, remote_source
from sm_dns.admin.remote_lists import kept_version
from sm_dns.admin.surroundings import Surroundings
from sm_dns.generation.index_note import IndexNote, checksum, read_note, write_note
from sm_dns.lists.index import NameIndex
from sm_dns.lists.index_writer import write_index
from sm_dns.lists.list_read import ListRead
from sm_dns.lists.shipped import shipped_zones
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.settings.settings import Settings
from sm_dns.util.fingerprint import fingerprint

_READERS = ("idna", "publicsuffixlist")  # the libraries that have a say in what a list's line means


def place_index(
    settings: Settings, around: Surroundings, directory: Path, earlier: Path | None
) -> tuple[ListRead, ...]:
    """Put the index into `directory`, from the generation in `earlier` if that has the same; what was read of lists.

    Raises `BadInput` for a list that cannot be read, `OSError` when the disk refuses.
    """
    made_of = _made_of(settings, around)
    names = directory / NAMES_FILE
    known = None if earlier is None else read_note(earlier)
    if earlier is None or known is None or known.made_of != made_of:
        note = _made(settings, around, names, made_of)
    elif _take_over(earlier / NAMES_FILE, names, known.checksum):
        note = replace(known, mends=False)
    else:
        note = replace(_made(settings, around, names, made_of), mends=True)
    write_note(directory, note)
    NameIndex.open(names).close()  # it can be used
    return note.reads


def _made(settings: Settings, around: Surroundings, names: Path, made_of: str) -> IndexNote:
    """Make the index of the lists as they are."""
    reads: list[ListRead] = []
    write_index(names, each_row(settings, around, reads))
    return IndexNote(made_of, checksum(names), tuple(reads))


def _take_over(earlier: Path, names: Path, wanted: int) -> bool:
    """Copy an earlier generation's index to `names`; False where it cannot be read or is damaged."""
    try:
        _copy(earlier, names)
        return checksum(names) == wanted
    except OSError:
        return False


def _copy(source: Path, target: Path) -> None:
    """Copy a file down to the disk, in the kernel where it can: btrfs and XFS let both share their blocks."""
    with source.open("rb") as old, target.open("wb") as new:
        try:
            rest = os.fstat(old.fileno()).st_size
            while rest:
                rest -= os.copy_file_range(old.fileno(), new.fileno(), rest) or rest
        except OSError:  # not every file system knows it
            shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())


def _made_of(settings: Settings, around: Surroundings) -> str:
    """What tells whether an index would come out the same: the lists, how they are placed, and what reads them."""
    cache = list_cache(settings)
    files = [
        *shipped_zones().iterdir(),
        settings.zones_dir,
        *around.vanished,
        *Path(sm_dns.__file__).parent.rglob("*.py"),
    ]
    inputs = [
        sorted(fingerprint(files)),
        sorted((category.name, category.action) for category in settings.all_categories),
        list(never_close(settings, around)) if settings.lists else [],
        sorted(settings.services_on),
        [
            (one.name, one.category, one.service_id, kept_version(remote_source(one), cache))
            for one in settings.lists
        ],
        [version(library) for library in _READERS],
    ]
    return blake2b(json.dumps(inputs).encode(), digest_size=16).hexdigest()
