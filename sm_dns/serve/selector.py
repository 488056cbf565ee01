"""An event loop whose busy sockets cost no event-loop turn.

A socket registered with `drain` is read inside `select` itself, before the loop gets to its callbacks, so that a
query is answered without a handle, a context switch or a task. Everything else is plain asyncio.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections.abc import Callable


class Drain:
    """Marks a registration whose callback runs inside `select`."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback


class DrainSelector(selectors.EpollSelector):
    """epoll that runs the callbacks of `Drain` registrations at once and hands the others to asyncio."""

    def drain(self, sock: socket.socket, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the socket is readable; it must read until nothing is left or its bound."""
        self.register(sock, selectors.EVENT_READ, Drain(callback))

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready for asyncio, after the drained sockets have been served."""
        ready = []
        for key, events in super().select(timeout):
            if type(key.data) is Drain:
                key.data.callback()
            else:
                ready.append((key, events))
        return ready


def new_loop(selector: DrainSelector) -> asyncio.AbstractEventLoop:
    """An asyncio loop on that selector."""
    return asyncio.SelectorEventLoop(selector)
