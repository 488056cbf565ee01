"""An upstream on another host: `python -m tests.support.far_upstream SCHEME ADDRESS PORT [CERTIFICATE KEY]`.

Answers every question over TCP, TLS or HTTPS. When its process is killed its connections end by a reset, with nothing
left of them; where that reset is lost, it is as if the host had lost its power.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys

from tests.serve.upstreams.test_dead_connections import Server, Web

_RESETS = b"\1\0\0\0\0\0\0\0"  # struct linger: on, 0 s


async def serve(scheme: str, address: str, port: str, *files: str) -> None:
    """Serve until the process is killed; prints `ready`."""
    tls = None
    if files:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*files)
    server = Web() if scheme == "https" else Server()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
        await server.serve(reader, writer)

    running = await asyncio.start_server(taken, address, int(port), ssl=tls)
    print("ready", flush=True)
    await running.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
