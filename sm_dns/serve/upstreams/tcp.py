"""TCP or TLS towards one upstream: one connection kept open, and another wherever that one fails those who wait.

A connection that ends is followed by the next for as long as each brings an answer: a server may close an idle one
just as we ask, or answer one question a connection (RFC 7766 §6.2.4). One that says nothing while a question on it is
overdue is left: what is asked from then on goes to a new one, and who waits on the old may still be answered there.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.stream_connection import StreamConnection
from sm_dns.serve.upstreams.unreachable import why
from sm_dns.util.message import Message

MAX_WAITING = 1_024  # questions that wait for one upstream
MAX_LEFT = 4  # silent connections on which somebody still waits

log = logging.getLogger(__name__)


class StreamChannel:
    """Connects when there is something to ask."""

    def __init__(
        self,
        server: UpstreamAddress,
        forwarder: Forwarder,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._server = server
        self._forwarder = forwarder
        self._loop = loop
        self._now = now
        self._tls = tls
        self._random_bytes = RandomBytes()
        self._current: StreamConnection | None = None
        self._left: list[StreamConnection] = []
        self._where: dict[Attempt, StreamConnection] = {}
        self._tasks: dict[StreamConnection, asyncio.Task[None]] = {}
        self._said: Message | None = None

    def send(self, attempt: Attempt) -> None:
        """Ask over the connection, which is made if there is none."""
        if len(self._where) >= MAX_WAITING:
            self._forwarder.lost(attempt, self._now())
            return
        self._ask(attempt, MAX_WAITING)

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for an attempt."""
        connection = self._where.pop(attempt, None)
        if connection is not None:
            connection.forget(attempt)
            self._close_if_left(connection)

    def overdue(self, attempt: Attempt) -> None:
        """Ask no more on the attempt's connection if that has said nothing since it was asked."""
        connection = self._where.get(attempt)
        if connection is None or connection is not self._current:
            return
        if connection.is_open and connection.heard < attempt.started:
            self._leave(connection)

    def renew(self) -> None:
        """Give all connections up; who waits on one is asked about again on another."""
        for connection in list(self._tasks):
            waiting = connection.unanswered
            self._end(connection)
            for attempt in waiting:
                self._ask(attempt, MAX_WAITING)

    def give_up_old(self, seconds: float) -> bool:
        """Nothing to do: what idles is closed by itself."""
        return False

    def close(self) -> None:
        """Close every connection."""
        for connection in list(self._tasks):
            self._end(connection)

    def _ask(self, attempt: Attempt, room: int) -> None:
        connection = self._current
        if connection is None:
            connection = StreamConnection(self._server, self._tls, self._random_bytes, room)
            self._current = connection
            self._tasks[connection] = self._loop.create_task(self._run(connection))
        self._where[attempt] = connection
        connection.ask(attempt)

    def _leave(self, connection: StreamConnection) -> None:
        self._current = None
        self._left.append(connection)
        if len(self._left) > MAX_LEFT:
            self._left[0].abort()
        self._close_if_left(connection)

    def _close_if_left(self, connection: StreamConnection) -> None:
        if connection in self._left and not connection.unanswered:
            self._end(connection)

    def _end(self, connection: StreamConnection) -> None:
        """Nobody waits on it any more, or nobody may."""
        task = self._tasks.pop(connection, None)
        self._drop(connection)
        connection.abort()
        if task is not None and task is not asyncio.current_task(self._loop):
            task.cancel()

    def _drop(self, connection: StreamConnection) -> None:
        for attempt in connection.unanswered:
            self._where.pop(attempt, None)
        if connection is self._current:
            self._current = None
        if connection in self._left:
            self._left.remove(connection)

    async def _run(self, connection: StreamConnection) -> None:
        """A connection from its opening to its end."""
        reason: Message | None = None
        try:
            await connection.open()
            connection.heard = self._now()
            while True:
                attempt, reply = await connection.next_answer()
                connection.heard = self._now()
                if attempt is not None:
                    connection.make_room()
                    self._take(attempt, reply)
                    self._close_if_left(connection)
        except (OSError, EOFError) as error:  # a TimeoutError and an IncompleteReadError too
            reason = why(error)
        except Exception as error:  # a certificate that nobody can read, for one
            self._forwarder.faults.note(error)
        finally:
            connection.close()
            if self._tasks.pop(connection, None) is not None:
                self._ended(connection, reason)

    def _ended(self, connection: StreamConnection, reason: Message | None) -> None:
        waiting = connection.unanswered
        self._drop(connection)
        if waiting and not connection.answers:
            self._say(reason)
        for attempt in waiting:
            if connection.answers:
                self._ask(attempt, connection.answers)
            else:
                self._forwarder.lost(attempt, self._now(), reason)

    def _take(self, attempt: Attempt, reply: bytes) -> None:
        """Hand an answer to who waits for it; an error on its way costs that answer, not the connection."""
        self._where.pop(attempt, None)
        self._said = None
        try:
            self._forwarder.received_stream(attempt, reply, self._now())
        except Exception as error:
            self._forwarder.faults.note(error)

    def _say(self, reason: Message | None) -> None:
        """Log why there is no connection, once as long as that stays the reason."""
        if reason != self._said and self._tls is not None:
            self._said = reason
            log.warning("upstream %s cannot be asked: %s", self._server, reason)
