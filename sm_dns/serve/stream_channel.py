"""TCP or TLS towards one upstream: one connection kept open, many questions on it, answers in any order.

RFC 7766, RFC 7858.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections.abc import Callable

from sm_dns.dns.der import public_key
from sm_dns.dns.entropy import Entropy
from sm_dns.resolve.flight import Attempt
from sm_dns.resolve.forward import Forwarder
from sm_dns.resolve.upstream import Place

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 30.0  # an unused connection is closed (RFC 7766 §6.2.3)
MAX_WAITING = 1_024  # questions on one connection


class StreamChannel:
    """Connects when there is something to ask; what waits when a connection breaks is asked once more."""

    def __init__(
        self,
        place: Place,
        forwarder: Forwarder,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._place = place
        self._forwarder = forwarder
        self._loop = loop
        self._now = now
        self._tls = tls
        self._entropy = Entropy()
        self._waiting: dict[bytes, Attempt] = {}
        self._id_of: dict[Attempt, bytes] = {}
        self._asked_again: set[Attempt] = set()
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    def send(self, attempt: Attempt) -> None:
        """Ask over the connection, which is made if there is none."""
        if len(self._waiting) >= MAX_WAITING:
            self._forwarder.lost(attempt, self._now())
            return
        message_id = self._entropy.take(2)
        while message_id in self._waiting:
            message_id = self._entropy.take(2)
        self._waiting[message_id] = attempt
        self._id_of[attempt] = message_id
        if self._writer is not None:
            self._write(self._writer, message_id, attempt)
        elif self._task is None:
            self._task = self._loop.create_task(self._run())

    def forget(self, attempt: Attempt) -> None:
        """Stop listening for an attempt."""
        message_id = self._id_of.pop(attempt, None)
        if message_id is not None:
            del self._waiting[message_id]
        self._asked_again.discard(attempt)

    def close(self) -> None:
        """Close the connection."""
        if self._task is not None:
            self._task.cancel()

    def renew(self) -> None:
        """Give the connection up; who waits on it is asked about again on the next."""
        if self._writer is not None:
            self._writer.transport.abort()

    def _write(self, writer: asyncio.StreamWriter, message_id: bytes, attempt: Attempt) -> None:
        writer.write((2 + len(attempt.wire)).to_bytes(2, "big") + message_id + attempt.wire)

    async def _run(self) -> None:
        """Connections, one after another, as long as somebody waits."""
        try:
            while self._waiting:
                answered = await self._connection()
                for attempt in list(self._waiting.values()):
                    # A server may close an idle connection just as we ask (RFC 7766 §6.2.4): that is no failure.
                    if answered and attempt not in self._asked_again:
                        self._asked_again.add(attempt)
                    else:
                        self._forwarder.lost(attempt, self._now())
        finally:
            self._task = None

    async def _connection(self) -> bool:
        """One connection from its opening to its end; whether it ever carried an answer."""
        answered = False
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await self._open()
        except (OSError, TimeoutError):
            return False
        except Exception as error:  # a certificate that nobody can read, for one
            self._forwarder.faults.note(error)
            return False
        try:
            for message_id, attempt in self._waiting.items():
                self._write(writer, message_id, attempt)
            self._writer = writer
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    length = int.from_bytes(await reader.readexactly(2), "big")
                    reply = await reader.readexactly(length)
                answered = True
                self._take(reply)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return answered
        finally:
            self._writer = None
            writer.close()

    def _take(self, reply: bytes) -> None:
        """Hand an answer to who waits for it; an error on its way costs that answer, not the connection."""
        attempt = self._waiting.get(reply[:2])
        if attempt is None:
            return
        try:
            self._forwarder.received_stream(attempt, reply, self._now())
        except Exception as error:
            self._forwarder.faults.note(error)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        place = self._place
        if self._tls is None:
            return await asyncio.open_connection(place.address, place.port)
        reader, writer = await asyncio.open_connection(
            place.address, place.port, ssl=self._tls, server_hostname=place.name or place.address
        )
        try:
            if place.pin and not _has_pin(writer, place.pin):
                raise OSError("the certificate's key is not the pinned one")
        except BaseException:
            writer.close()
            raise
        return reader, writer


def _has_pin(writer: asyncio.StreamWriter, pin: str) -> bool:
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    digest = hashlib.sha256(public_key(certificate)).digest()
    return base64.b64encode(digest).decode("ascii") == pin
