"""One connection to an upstream, over TCP or TLS: questions on it, answers in any order (RFC 7766, RFC 7858)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections import deque

from sm_dns.dns.der import public_key
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.addresses import without_link
from sm_dns.util.errors import Spoken

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 30.0  # an unused connection is closed (RFC 7766 §6.2.3)


class Refused(Spoken, OSError):
    """There is an upstream, but not the one it should be. Its text says why."""


class StreamConnection:
    """Questions wait until there is a connection and room on it; `answers` counts what came back.

    `room`: how many questions may be in flight on it at once; each answer makes room for one more.
    """

    def __init__(
        self, server: UpstreamAddress, tls: ssl.SSLContext | None, random_bytes: RandomBytes, room: int
    ) -> None:
        self.answers = 0
        self.heard = 0.0
        """When it last brought something, by the clock of attempts; a connection that comes about is something."""
        self._server = server
        self._tls = tls
        self._random_bytes = random_bytes
        self._room = room
        self._sent: dict[bytes, Attempt] = {}
        self._id_of: dict[Attempt, bytes] = {}
        self._queued: deque[Attempt] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._reader: asyncio.StreamReader | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was made."""
        return self._writer is not None

    @property
    def unanswered(self) -> list[Attempt]:
        """Those who wait on it, asked or not."""
        return [*self._sent.values(), *self._queued]

    async def open(self) -> None:
        """Connect and ask what waits. Raises `OSError`, of which `TimeoutError` is one, and whatever a certificate
        that nobody can read leads to."""
        async with asyncio.timeout(CONNECT_SECONDS):
            self._reader, self._writer = await _connect(self._server, self._tls)
        self._ask()

    def ask(self, attempt: Attempt) -> None:
        """Ask as soon as there is room."""
        self._queued.append(attempt)
        self._ask()

    def forget(self, attempt: Attempt) -> None:
        """Hand no answer to it any more."""
        message_id = self._id_of.pop(attempt, None)
        if message_id is not None:
            del self._sent[message_id]
        elif attempt in self._queued:
            self._queued.remove(attempt)

    async def next_answer(self) -> tuple[Attempt | None, bytes]:
        """A message, and the attempt that it is for if anybody waits for it. Raises `OSError` or `EOFError`."""
        reader = self._reader
        if reader is None:
            raise EOFError
        async with asyncio.timeout(IDLE_SECONDS):
            length = int.from_bytes(await reader.readexactly(2), "big")
            reply = await reader.readexactly(length)
        attempt = self._sent.pop(reply[:2], None)
        if attempt is not None:
            del self._id_of[attempt]
        return attempt, reply

    def make_room(self) -> None:
        """An answer has come: so another question may be asked, and one more."""
        self.answers += 1
        self._room += 1
        self._ask()

    def close(self) -> None:
        """End it in the way of its protocol."""
        if self._writer is not None:
            self._writer.close()

    def abort(self) -> None:
        """End it at once."""
        if self._writer is not None:
            self._writer.transport.abort()

    def _ask(self) -> None:
        while self._writer is not None and self._queued and len(self._sent) < self._room:
            attempt = self._queued.popleft()
            message_id = self._random_bytes.take(2)
            while message_id in self._sent:
                message_id = self._random_bytes.take(2)
            self._sent[message_id] = attempt
            self._id_of[attempt] = message_id
            length = 2 + len(attempt.wire)
            self._writer.write(length.to_bytes(2, "big") + message_id + attempt.wire)


async def _connect(
    server: UpstreamAddress, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if tls is None:
        return await asyncio.open_connection(server.address, server.port)
    reader, writer = await asyncio.open_connection(
        server.address, server.port, ssl=tls, server_hostname=server.name or without_link(server.address)
    )
    try:
        if server.pin and not _has_pin(writer, server.pin):
            raise Refused("the key of its certificate is not the pinned one")
    except BaseException:
        writer.close()
        raise
    return reader, writer


def _has_pin(writer: asyncio.StreamWriter, pin: str) -> bool:
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    digest = hashlib.sha256(public_key(certificate)).digest()
    return base64.b64encode(digest).decode("ascii") == pin
