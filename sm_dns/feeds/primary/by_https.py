"""The zones as master files over HTTPS, for engines that load by URL: `GET /zones/gate.smdns`, nothing else.

HTTP/1.1 (RFC 9112) as far as that takes: one request a connection, an answer in chunks, and its end.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Iterator
from typing import Final, cast

from sm_dns.feeds.primary.server import IDLE_SECONDS, Primary
from sm_dns.util import ip_networks

MAX_HEAD: Final = 8_192  # octets of a request
CHUNK_LINES: Final = 500
PATH: Final = "/zones/"

Lines = Callable[[str], Iterable[str] | None]
"""The lines of a zone by its name, None where there is no such zone."""


def chunks(lines: Iterable[str]) -> Iterator[bytes]:
    """An answer with these lines, in pieces."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/dns\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == CHUNK_LINES:
            yield _chunk(held)
            held = []
    yield (_chunk(held) if held else b"") + b"0\r\n\r\n"


def _chunk(lines: list[str]) -> bytes:
    text = "".join(f"{line}\n" for line in lines).encode("ascii")
    return b"%x\r\n%s\r\n" % (len(text), text)


class _Connection(asyncio.Protocol):
    def __init__(self, primary: Primary, lines: Lines) -> None:
        self._primary = primary
        self._lines = lines
        self._address = ""
        self._head = bytearray()
        self._drained = asyncio.Event()
        self._drained.set()
        self._transport: asyncio.Transport | None = None
        self._serving: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=1, low=0)  # TLS never resumes at 0
        address = ip_networks.plain(transport.get_extra_info("peername")[0])
        if not self._primary.enters(address):
            self._transport.abort()
            return
        self._address = address
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._serving is not None or self._transport is None:
            return
        self._head += data
        if b"\r\n\r\n" in self._head and self._primary.admits(self._address):
            self._serving = asyncio.get_running_loop().create_task(self._serve(self._transport))
            self._serving.add_done_callback(self._served)
        elif len(self._head) > MAX_HEAD or b"\r\n\r\n" in self._head:
            self._transport.abort()

    async def _serve(self, transport: asyncio.Transport) -> None:
        if self._idle is not None:
            self._idle.cancel()
        method, _, rest = self._head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        path = rest.partition(" ")[0]
        lines = self._lines(path.removeprefix(PATH)) if method == "GET" and path.startswith(PATH) else None
        if lines is None:
            transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        await self._primary.stream(chunks(lines), transport.write, self._drained)

    def _served(self, done: asyncio.Task[None]) -> None:
        if self._transport is None:
            return
        if done.cancelled() or done.exception() is not None:
            self._transport.abort()
        else:
            self._transport.close()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._idle is not None:
            self._idle.cancel()
        if self._address:
            self._primary.leaves(self._address)
        if self._serving is not None:
            self._serving.cancel()


async def listen_for_https(
    primary: Primary, lines: Lines, address: str, port: int, tls: ssl.SSLContext
) -> asyncio.Server:
    """Hand zones out at an address. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Connection(primary, lines), address, port, ssl=tls)
