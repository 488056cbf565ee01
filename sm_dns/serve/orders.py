"""What the control process says to a worker, one line of JSON a command, and what the worker answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from sm_dns.ipc.orders import ANSWERS, ORDERS, Answer, Dying, Failed, Order, Ready
from sm_dns.resolve.faults import Faults, place_of
from sm_dns.util.message import Message

MAX_LINE = 64 * 1024  # octets


class Orders:
    """The worker's end of the channel. `obey` does what a command says and gives its answer."""

    def __init__(self, channel: socket.socket, obey: Callable[[Order], Answer], faults: Faults) -> None:
        self._channel = channel
        self._obey = obey
        self._faults = faults

    async def follow(self, ready: Ready) -> None:
        """Say `ready`, then obey until the control process is gone."""
        reader, writer = await asyncio.open_connection(sock=self._channel, limit=MAX_LINE)
        writer.write(ANSWERS.line(ready))
        with suppress(
            OSError, ValueError
        ):  # the second: a line over its bound, after which none can be understood
            while line := await reader.readline():
                writer.write(ANSWERS.line(self._heed(line)))

    def say_last(self, error: Exception) -> None:
        """Tell the control process what this worker is dying of."""
        with suppress(OSError):
            self._channel.send(ANSWERS.line(Dying(_told(error))))

    def _heed(self, line: bytes) -> Answer:
        """The answer to a command. One that cannot be obeyed costs no question."""
        try:
            return self._obey(ORDERS.read(line))
        except Exception as error:
            self._faults.note(error)
            return Failed(_told(error))


def _told(error: Exception) -> Message:
    return Message("{place}: {error}", place=place_of(error), error=repr(error))
