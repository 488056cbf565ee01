"""Logons that programs push: one file of JSON lines in the state directory, which monitoring reads as any other.

What is believed no longer goes when the file is half full, so that it never grows past what monitoring reads of one.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory
from sm_dns.util.message import system_reason

FOLDER, FILE = "logons", "pushed.json"
MAX_OCTETS = 4 << 20  # after which what has ended is taken out; twice as much is refused


class PushedLogons:
    """The file of one state directory; any number of threads of one process may add to it."""

    def __init__(self, state_dir: Path) -> None:
        self._path = file_of(state_dir)
        self._lock = threading.Lock()

    def add(self, line: dict[str, object], oldest: float) -> None:
        """Add a logon, whose `time` is in POSIX seconds; one before `oldest` may be forgotten.

        Raises `BadInput` where the disk or the bound refuses.
        """
        octets = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        try:
            with self._lock:
                make_directory(self._path.parent, mode=0o700)
                if self._size() + len(octets) > MAX_OCTETS:
                    self._forget(oldest)
                if self._size() + len(octets) > 2 * MAX_OCTETS:
                    raise BadInput(
                        "too many logons: at most {most} bytes of them are kept", most=2 * MAX_OCTETS
                    )
                descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
                with os.fdopen(descriptor, "ab+") as stream:
                    stream.write(b"\n" + octets if _is_cut(stream) else octets)
        except OSError as error:
            raise BadInput(
                "cannot be written: {reason}", file=self._path, reason=system_reason(error)
            ) from error

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def _forget(self, oldest: float) -> None:
        kept = b"".join(line for line in self._lines() if _time(line) >= oldest)
        atomic_write(self._path, kept, mode=0o600)

    def _lines(self) -> Iterator[bytes]:
        if self._path.exists():
            with self._path.open("rb") as stream:
                yield from stream


def _is_cut(stream: IO[bytes]) -> bool:
    """Whether the last line has no end: a process ended in it, and the next line is not to be lost too."""
    if not stream.seek(0, os.SEEK_END):
        return False
    stream.seek(-1, os.SEEK_END)
    return stream.read() != b"\n"


def file_of(state_dir: Path) -> Path:
    """Where pushed logons lie."""
    return state_dir / FOLDER / FILE


def _time(line: bytes) -> float:
    """The time of a line; one that was cut short by the end of the process is as old as can be."""
    try:
        return float(json.loads(line)["time"])
    except (ValueError, TypeError, KeyError):
        return 0.0
