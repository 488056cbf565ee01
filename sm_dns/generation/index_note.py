"""The note beside an index of names: what it was made of, and the checksum by which damage in place is found.

Whoever maps an index reads here and there in it, and would not notice.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import NamedTuple

from sm_dns.policy.snapshot import NAMES_FILE

NOTE = "names.json"
_PIECE = 1 << 20  # octets read at once


class IndexNote(NamedTuple):
    """`made_of` is equal where the index would come out equal. `mends`: that of the generation before was damaged."""

    made_of: str
    checksum: int
    mends: bool = False


def write_note(directory: Path, note: IndexNote) -> None:
    """Put it into a generation. Raises `OSError`."""
    (directory / NOTE).write_text(json.dumps(note._asdict()) + "\n", encoding="utf-8")


def read_note(directory: Path) -> IndexNote | None:
    """That of a generation; None where there is none that can be used."""
    try:
        return IndexNote(**json.loads((directory / NOTE).read_bytes()))
    except (OSError, ValueError, TypeError):
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
