"""What setup did to the system outside of its own folders, kept so that it can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, read_regular
from sm_dns.util.typed_json import from_json, to_json

FILE = "setup.json"  # in the state directory
MAX_OCTETS = 1 << 17


@dataclass(frozen=True)
class UndoNote:
    """`drop_in`: whether the stub of systemd-resolved was turned off. What /etc/resolv.conf was before: a link, and
    where it led, or a file, and its text; both None where it was left alone."""

    drop_in: bool
    resolv_conf_link: str | None
    resolv_conf_text: str | None


NOTHING_DONE = UndoNote(False, None, None)


def read_note(state_dir: Path) -> UndoNote | None:
    """What was noted; None where setup was never here. Raises `BadInput` for a file that cannot be used."""
    file = state_dir / FILE
    if not file.exists():
        return None
    try:
        return from_json(UndoNote, json.loads(read_regular(file, limit=MAX_OCTETS)))
    except ValueError as error:
        raise BadInput("is not JSON: {reason}", file=file, reason=error) from error
    except BadInput as error:
        raise BadInput(error.reason, file=file) from error


def write_note(state_dir: Path, note: UndoNote) -> None:
    """Note it, down to the disk."""
    atomic_write(state_dir / FILE, json.dumps(to_json(note)).encode() + b"\n", mode=0o640)


def remove_note(state_dir: Path) -> None:
    """Forget it: all is undone."""
    (state_dir / FILE).unlink(missing_ok=True)
