"""An event loop whose busy sockets cost no event-loop turn.

A socket registered with `drain` is read inside `select` itself, again and again, for as long as the loop has nothing
else to do: a query is answered without a handle, a context switch or a task. asyncio gets its turn when one of its
own descriptors is ready, when a timer is due, or when a drained socket's callback scheduled something.

A callback that raises costs its round alone. One that does nothing else, round after round, is no longer a listener
worth having: then the error is raised, and a new worker takes the place of this one.

What the callbacks want to send leaves at the end of each round (`later`): the first of several datagrams to a process
wakes it up, which costs more than the sending, and the others find it awake.
"""

from __future__ import annotations

import asyncio
import select
import selectors
from collections.abc import Callable
from contextvars import Context
from time import monotonic
from typing import Protocol, TypeVarTuple

_Ts = TypeVarTuple("_Ts")

MAX_EVENTS = 64  # ready sockets taken from the kernel at once
MAX_FAILURES = 16  # rounds of one socket, in a row, that end in an error


class HasDescriptor(Protocol):
    """A socket, or what stands for one."""

    def fileno(self) -> int: ...


def _raised(error: Exception) -> None:
    """In place of whoever is told of errors: then they are raised."""
    raise error


class DrainSelector(selectors.EpollSelector):
    """Drained sockets in an epoll of their own, beside asyncio's, which is one descriptor among them.

    `note` is told of every error that a callback raises.
    """

    def __init__(self, note: Callable[[Exception], None] = _raised) -> None:
        super().__init__()
        self._note = note
        self._failures: dict[int, int] = {}
        self._drains: dict[int, Callable[[], None]] = {}
        self._poll = select.epoll()
        self._poll.register(self.fileno(), select.EPOLLIN)
        self._later: list[Callable[[], None]] = []
        self.is_called_for = False
        """Something was scheduled since the loop last looked."""

    def drain(self, sock: HasDescriptor, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the socket is readable; it need not read all, for it is called again."""
        self._drains[sock.fileno()] = callback
        self._poll.register(sock, select.EPOLLIN)

    def heed(self, sock: HasDescriptor, *, reads: bool, writes: bool) -> None:
        """Call a drained socket's callback when it can be read, written, or both; where it is broken in any case."""
        self._poll.modify(sock, (select.EPOLLIN if reads else 0) | (select.EPOLLOUT if writes else 0))

    def later(self, flush: Callable[[], None]) -> None:
        """Call `flush` once, when the sockets that are ready now have been read."""
        self._later.append(flush)

    def forget(self, sock: HasDescriptor) -> None:
        """Drain a socket no more; to be called before it is closed. Raises `KeyError` if it was not drained."""
        del self._drains[sock.fileno()]
        self._failures.pop(sock.fileno(), None)
        self._poll.unregister(sock)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready for asyncio; drained sockets are served until something is, or for `timeout` seconds."""
        drains = self._drains
        failures = self._failures
        poll = self._poll.poll
        until = None if timeout is None else monotonic() + timeout
        left = timeout
        self.is_called_for = False
        if self._later:
            self._flush()
        while True:
            is_asyncio_ready = False
            for fd, _ in poll(left, MAX_EVENTS):
                callback = drains.get(fd)
                if callback is not None:
                    try:
                        callback()
                    except Exception as error:
                        self._failed(fd, error)
                    else:
                        if failures:
                            failures.pop(fd, None)
                elif fd == self.fileno():
                    is_asyncio_ready = True  # … or a socket that an earlier callback of this round closed
            if self._later:
                self._flush()
            if is_asyncio_ready:
                return super().select(0)
            if until is not None:
                left = until - monotonic()
                if left <= 0:
                    return []
            if self.is_called_for:
                return []

    def _flush(self) -> None:
        later, self._later = self._later, []
        for flush in later:
            try:
                flush()
            except Exception as error:
                self._note(error)

    def _failed(self, fd: int, error: Exception) -> None:
        """A round of a socket ended in an error, which is noted; too many in a row, and it is raised."""
        self._note(error)
        self._failures[fd] = self._failures.get(fd, 0) + 1
        if self._failures[fd] >= MAX_FAILURES:
            raise error

    def close(self) -> None:
        """Close both epolls."""
        self._poll.close()
        super().close()


class _DrainLoop(asyncio.SelectorEventLoop):
    """An asyncio loop that tells its selector when it has something to do."""

    def __init__(self, selector: DrainSelector) -> None:
        self._drains = selector
        super().__init__(selector)

    def call_soon(
        self, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._drains.is_called_for = True
        return super().call_soon(callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self._drains.is_called_for = True
        return super().call_at(when, callback, *args, context=context)


def new_loop(selector: DrainSelector) -> asyncio.AbstractEventLoop:
    """An asyncio loop on that selector."""
    return _DrainLoop(selector)
