"""The note beside an index of names: what it was made of, and the checksum by which damage in place is found.

Whoever maps an index reads here and there in it, and would not notice.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from sm_dns.lists.list_read import ListRead
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import from_json, to_json

NOTE = "names.json"
_PIECE = 1 << 20  # octets read at once


@dataclass(frozen=True, slots=True)
class IndexNote:
    """`made_of` is equal where the index would come out equal. `reads` is what was read of the site's lists and of
    those by URL. `mends`: the index of the generation before was damaged."""

    made_of: str
    checksum: int
    reads: tuple[ListRead, ...]
    mends: bool = False


def write_note(directory: Path, note: IndexNote) -> None:
    """Put it into a generation. Raises `OSError`."""
    (directory / NOTE).write_text(json.dumps(to_json(note)) + "\n", encoding="utf-8")


def read_note(directory: Path) -> IndexNote | None:
    """That of a generation; None where there is none that can be used."""
    try:
        return from_json(IndexNote, json.loads((directory / NOTE).read_bytes()))
    except (OSError, ValueError, BadInput):
        return None


def checksum(names: Path) -> int:
    """CRC-32 of an index: a million names take 50 ms. Raises `OSError`."""
    found = 0
    with names.open("rb") as file:
        while piece := file.read(_PIECE):
            found = zlib.crc32(piece, found)
    return found


def is_whole(directory: Path) -> bool:
    """Whether the index of a generation is as it was made."""
    note = read_note(directory)
    try:
        return note is not None and checksum(directory / NAMES_FILE) == note.checksum
    except OSError:
        return False
