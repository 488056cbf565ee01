"""A steady stream of queries, and what became of each."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from tests.support.messages import query

PATIENCE = 15.0  # seconds after the last query in which answers still count
_ID = struct.Struct("!H")

Judge = Callable[[bytes], bool]
"""Whether a reply is right."""


class Load:
    """Asks by UDP at `rate` queries a second, each question in turn, from one thread, as long as the block lasts.

    `questions` are names with the judge of their replies. IDs count up: fewer than 65,536 queries in all.
    """

    def __init__(
        self, address: tuple[str, int], questions: Sequence[tuple[str, Judge]], rate: float = 500.0
    ) -> None:
        self.sent = 0
        self.wrong: list[bytes] = []
        self.slowest = 0.0
        self._questions = [(query(name)[2:], judge) for name, judge in questions]
        self._gap = 1.0 / rate
        self._open: dict[int, tuple[float, Judge]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(address)
        self._socket.setblocking(False)

    @property
    def answered(self) -> int:
        """How many queries got a reply so far."""
        return self.sent - len(self._open)

    @property
    def lost(self) -> int:
        """How many queries got no reply; final after the block."""
        return len(self._open)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.is_set():
            self._receive()
            now = time.monotonic()
            if now < due:
                time.sleep(min(due - now, 0.001))
                continue
            due += self._gap
            self._ask(now)
        deadline = time.monotonic() + PATIENCE
        while self._open and time.monotonic() < deadline:
            self._receive()
            time.sleep(0.001)

    def _ask(self, now: float) -> None:
        rest, judge = self._questions[self.sent % len(self._questions)]
        self._open[self.sent] = (now, judge)
        message = _ID.pack(self.sent) + rest
        self.sent += 1
        try:
            self._socket.send(message)
        except OSError:
            pass  # refused: nobody has the port at this moment; it counts as lost

    def _receive(self) -> None:
        while True:
            try:
                reply = self._socket.recv(4096)
            except OSError:
                return
            asked, judge = self._open.pop(_ID.unpack_from(reply)[0])
            self.slowest = max(self.slowest, time.monotonic() - asked)
            if not judge(reply):
                self.wrong.append(reply)


def answers(address: str) -> Judge:
    """A judge: the reply holds this IPv4 address."""
    data = b"\x00\x04" + socket.inet_aton(address)
    return lambda reply: data in reply and reply[3] & 0xF == 0
