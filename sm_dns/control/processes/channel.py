"""The control process's end of the channel to a worker or the portal: lines each way, and descriptors one way."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable

from sm_dns.ipc.orders import ANSWERS, ORDERS, Answer, Dying, Order
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_LINE = 256 * 1024


class Channel:
    """To one process. `last_words`: what it is dying of, as far as it was heard."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handover: socket.socket
    ) -> None:
        self.last_words: Message | None = None
        self._reader = reader
        self._writer = writer
        self._handover = handover
        self._talk = asyncio.Lock()
        self._unanswered = 0
        self._is_open = True

    async def hear(self, seconds: float) -> Answer | None:
        """The next thing it says by itself, within so many seconds; None where that is nothing one understands."""
        try:
            async with asyncio.timeout(seconds):
                return self._understood(await self._reader.readline())
        except (OSError, TimeoutError, ValueError):
            return None

    async def ask(self, order: Order, seconds: float) -> Answer | None:
        """Its answer within so many seconds; None where it gives none, or is gone."""
        async with self._talk:
            if not self._is_open:
                return None
            try:
                self._writer.write(ORDERS.line(order))
                self._unanswered += 1
                async with asyncio.timeout(seconds):
                    while self._unanswered:  # answers come in order; those we no longer waited for come first
                        line = await self._reader.readline()
                        self._unanswered -= 1
            except (OSError, TimeoutError, ValueError):
                return None
            return self._understood(line)

    async def hear_last_words(self, seconds: float) -> None:
        """What it may have said before it ended, beside answers that nobody waited for."""
        async with self._talk:
            try:
                async with asyncio.timeout(seconds):
                    said = await self._reader.read()
            except (OSError, TimeoutError):
                return
            for line in said.splitlines():
                self._understood(line)

    def hand_over(self, sockets: Iterable[socket.socket]) -> bool:
        """Put descriptors on their way, before it is told of them; False where it is ending."""
        try:
            socket.send_fds(self._handover, [b"\0"], [sock.fileno() for sock in sockets])
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Ask nothing more."""
        self._is_open = False
        self._writer.close()
        self._handover.close()

    def _understood(self, line: bytes) -> Answer | None:
        try:
            said = ANSWERS.read(line)
        except BadInput:  # half a line of one that was killed, or nonsense: as good as silence
            return None
        if isinstance(said, Dying):
            self.last_words = said.reason
        return said
