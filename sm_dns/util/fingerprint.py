"""Noticing that a file of the policy has changed, by looking: a few dozen stat calls, twice a second."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Fingerprint = frozenset[tuple[str, int, int, int]]


def fingerprint(paths: Iterable[Path]) -> Fingerprint:
    """Path, inode, size and time of change, also of its rights, of each file and each visible one in a folder."""
    files = (file for path in paths for file in _files(path))
    return frozenset(mark for file in files for mark in _mark(file))


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():  # raises where the folder it lies in may not be looked into
            return [path]
        return [file for file in path.iterdir() if not file.name.startswith(".")]
    except OSError:
        return []


def _mark(file: Path) -> list[tuple[str, int, int, int]]:
    try:
        found = file.stat()
    except OSError:
        return []
    return [(str(file), found.st_ino, found.st_size, found.st_ctime_ns)]
