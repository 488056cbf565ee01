"""A slow link between two ends on loopback: so many octets a second each way, each so much later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK = 4_096


class SlowLink:
    """`octets`: what came through to who connected."""

    def __init__(self, port: int, rate: float, delay: float) -> None:
        """`port`: of the far end; `rate`: octets a second; `delay`: seconds of one way."""
        self.octets = 0
        self._port = port
        self._rate = rate
        self._delay = delay
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        loop = asyncio.get_running_loop()
        there = loop.create_task(self._way(reader, far_writer, counts=False))
        back = loop.create_task(self._way(far_reader, writer, counts=True))
        self._tasks |= {there, back}

    async def _way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counts: bool) -> None:
        loop = asyncio.get_running_loop()
        free = loop.time()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = loop.create_task(self._arrive(under_way, writer))
        try:
            while data := await reader.read(CHUNK):
                free = max(free, loop.time()) + len(data) / self._rate
                self.octets += len(data) if counts else 0
                under_way.put_nowait((free + self._delay, data))
                await asyncio.sleep(max(0.0, free - loop.time()))
            under_way.put_nowait((free + self._delay, b""))
            await arriving
        except OSError:
            pass
        finally:
            arriving.cancel()
            writer.close()

    async def _arrive(
        self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while (found := await under_way.get())[1]:
                await asyncio.sleep(max(0.0, found[0] - asyncio.get_running_loop().time()))
                writer.write(found[1])
                await writer.drain()

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def slow_link(own: int, far: int, rate: float, delay: float) -> AsyncIterator[SlowLink]:
    """A link from a port of loopback to another one."""
    link = SlowLink(far, rate, delay)
    server = await asyncio.start_server(link.serve, "127.0.0.1", own, limit=CHUNK)
    try:
        yield link
    finally:
        server.close()
        await link.end()
