"""A disk that refuses, and a process that dies, at any point where something is written.

Everything that reaches the disk by `os`, or by a file object, is counted. A `Fault` says what happens at one of these
points. What would get past the count is told: a harness that does not see a write proves nothing of it.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

Kind = Literal["once", "full", "barred", "dead", "killed", "torn"]
"""once: that one fails. full: a write is cut short, and from there on nothing is written any more, though things can
be taken away. barred: from there on nothing can be renamed in the folders of the files. dead: from there on all
fails. killed: the process ends before it. torn: in the middle of it."""

KINDS: tuple[Kind, ...] = ("once", "full", "barred", "dead", "killed", "torn")
KILLED = 77

_LASTING = ("full", "barred", "dead")

_WRITES = ("write", "pwrite")
_TAKING = ("rename", "replace", "truncate", "ftruncate", "unlink", "remove", "rmdir")
_SYNCS = ("fsync", "fdatasync")
_OTHERS = ("mkdir", "link", "symlink", "fchmod", "fchown", "chown", "chmod")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass
class Fault:
    """What happens at the point `at`, counted from 1; 0 for nothing. `points`: the names of those that came."""

    kind: Kind = "once"
    at: int = 0
    points: list[str] = field(default_factory=list)

    def meet(self, name: str, real: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Come to a point: do it, or what the fault makes of it."""
        self.points.append(name)
        number = len(self.points)
        if not self.at or number < self.at or (number > self.at and self.kind not in _LASTING):
            return real(*args, **named)
        if self.kind == "killed":
            os._exit(KILLED)
        if number == self.at and name in _WRITES and self.kind in ("full", "torn"):
            taken = real(args[0], bytes(args[1])[: max(1, len(args[1]) // 2)], *args[2:])
            if self.kind == "torn":
                os._exit(KILLED)
            return taken
        spared = {"torn": True, "full": name in _TAKING, "barred": name != "rename"}
        if spared.get(self.kind, False):
            return real(*args, **named)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def met(fault: Fault, apart: Path | None = None) -> Iterator[list[str]]:
    """Let the fault happen. Yields what was opened for writing without being counted. For a process of its own.

    `apart`: a folder in which a database writes by itself, which is not counted.
    """
    unseen: list[str] = []
    counted = [False]
    active = [True]
    real_open, real_fdopen = os.open, os.fdopen

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **named: fault.meet(name, real, args, named)

    def opened(path: Any, flags: int, *args: Any, **named: Any) -> Any:
        counted[0] = True
        try:
            if flags & (os.O_CREAT | os.O_TRUNC):
                return fault.meet("open", real_open, (path, flags, *args), named)
            return real_open(path, flags, *args, **named)
        finally:
            counted[0] = False

    def is_apart(path: Any) -> bool:
        plain = os.fsdecode(path).removeprefix("file://")  # SQLite is given addresses
        return apart is not None and Path(plain).is_relative_to(apart)

    class Counted(io.FileIO):
        def write(self, data: Any) -> Any:
            return fault.meet("write", lambda _, octets: io.FileIO.write(self, octets), (self, data), {})

    def fdopen(descriptor: int, mode: str = "r", *args: Any, **named: Any) -> Any:
        if mode == "wb":
            return io.BufferedWriter(Counted(descriptor, mode))
        assert mode in ("r", "rb"), f"the harness does not count what {mode!r} writes"
        return real_fdopen(descriptor, mode, *args, **named)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if active[0] and not counted[0]:
            is_opened = event == "open" and isinstance(args[0], str | bytes) and args[2] & _WRITING
            if (is_opened or event == "sqlite3.connect") and not is_apart(args[0]):
                unseen.append(str(args[0]))

    sys.addaudithook(hook)
    replaced: dict[str, Any] = {
        name: wrapped(name, getattr(os, name)) for name in (*_WRITES, *_TAKING, *_OTHERS)
    }
    replaced |= {
        name: wrapped(name, lambda descriptor: None) for name in _SYNCS
    }  # counted; nobody cuts the power
    with patch.multiple(os, **{**replaced, "open": opened, "fdopen": fdopen}):
        try:
            yield unseen
        finally:
            active[0] = False


def in_child(work: Callable[[], int]) -> int:
    """Run something in a process of its own; its exit code."""
    child = os.fork()
    if not child:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
