"""Noticing that a file of the policy has changed, by looking: a few dozen stat calls, twice a second."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

Fingerprint = frozenset[tuple[str, int, int, int]]


def fingerprint(paths: Iterable[Path]) -> Fingerprint:
    """Path, inode, size and time of change, also of its rights, of each file and each visible one in a folder."""
    return frozenset(mark for path in paths for mark in _marks(str(path)))


def _marks(path: str) -> Iterator[tuple[str, int, int, int]]:
    found = _stat(path)
    if found is None:
        return
    if not stat.S_ISDIR(found.st_mode):
        yield path, found.st_ino, found.st_size, found.st_ctime_ns
        return
    try:
        names = os.listdir(path)  # noqa: PTH208 - looked at twice a second: no object for each name
    except OSError:
        return
    for name in names:
        file = f"{path}/{name}"
        seen = None if name.startswith(".") else _stat(file)
        if seen is not None:
            yield file, seen.st_ino, seen.st_size, seen.st_ctime_ns


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None
