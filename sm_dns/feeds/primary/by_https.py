"""The zones as master files over HTTPS, for engines that load by URL: `GET /zones/gate.smdns`, nothing else.

HTTP/1.1 (RFC 9112) as far as that takes: one request a connection, an answer in chunks, and its end.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sm_dns.feeds.primary.connected import Connected
from sm_dns.feeds.primary.server import Primary

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


class _Connection(Connected):
    def __init__(self, primary: Primary, lines: Lines) -> None:
        super().__init__(primary)
        self._primary = primary
        self._lines = lines
        self._head = bytearray()

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
        self._rest()
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


async def listen_for_https(
    primary: Primary, lines: Lines, address: str, port: int, tls: ssl.SSLContext
) -> asyncio.Server:
    """Hand zones out at an address. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Connection(primary, lines), address, port, ssl=tls)
