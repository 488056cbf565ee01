"""A command at a real terminal: a pseudo-terminal (pty(7)) at which somebody reads and types."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests.conftest import require
from tests.support.processes import PATIENCE, REPOSITORY

_OCTETS = 65_536
_LINES, _COLUMNS = 50, 160


class Terminal:
    """What a command shows so far, and a keyboard. `shown` has line ends as in files."""

    def __init__(self, keyboard: int, process: subprocess.Popen[bytes]) -> None:
        self._keyboard = keyboard
        self._process = process
        self._read = b""
        self._seen = 0

    @property
    def shown(self) -> str:
        return self._read.decode("utf-8", "replace").replace("\r\n", "\n")

    def wait_for(self, text: str, seconds: float = PATIENCE) -> str:
        """Wait until a text is shown that was not waited for before; what came up to its end."""
        deadline = time.monotonic() + seconds
        while (at := self.shown.find(text, self._seen)) < 0:
            left = deadline - time.monotonic()
            assert left > 0 and self._more(left), f"{text!r} is not shown after: {self.shown[self._seen :]}"
        came, self._seen = self.shown[self._seen : at + len(text)], at + len(text)
        return came

    def type(self, line: str) -> None:
        os.write(self._keyboard, f"{line}\n".encode())

    def press(self, key: bytes) -> None:
        os.write(self._keyboard, key)

    def end(self, seconds: float = PATIENCE) -> int:
        """Read to the end; the command's exit code."""
        deadline = time.monotonic() + seconds
        while self._more(max(deadline - time.monotonic(), 0)):
            pass
        return self._process.wait(seconds)

    def _more(self, seconds: float) -> bool:
        """Read what comes within a time; False at the end, and where nothing comes."""
        if not select.select([self._keyboard], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self._keyboard, _OCTETS)
        except OSError:  # nobody has the other end any more
            return False
        self._read += part
        return bool(part)


@contextmanager
def at_a_terminal(
    *words: str, environment: Mapping[str, str] | None = None, prefix: Sequence[str] = ()
) -> Iterator[Terminal]:
    """Run `sm-dns WORDS` of this checkout there; it is ended where it has not ended by itself."""
    given = {"PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8", **(environment or {})}
    with terminal_of(*prefix, sys.executable, "-m", "sm_dns.cli.main", *words, environment=given) as terminal:
        yield terminal


@contextmanager
def terminal_of(*command: str, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a command there."""
    require("setsid")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["setsid", "--ctty", *command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
    )
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(ours)
