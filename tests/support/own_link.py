"""Asks a server at a link-local address of `lo`: `python -m tests.support.own_link SCHEME CERTIFICATE KEY`.

To be run in a network namespace where `lo` has the address. Prints what came of it.
"""

from __future__ import annotations

import asyncio
import ssl
import sys

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from tests.serve.upstreams.test_dead_connections import Server, Web
from tests.support.asking import Asker

ADDRESS = "fe80::77:1"


async def ask(asker: Asker, scheme: str, certificate: str, key: str) -> str:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server = Web() if scheme == "https" else Server()
    running = await asyncio.start_server(
        server.serve, f"{ADDRESS}%lo", 0, ssl=None if scheme == "tcp" else tls
    )
    port = int(running.sockets[0].getsockname()[1])
    asker.sockets.use(
        (UpstreamAddress(f"{ADDRESS}%lo", port, scheme, "dns.example", "/q"),), {}, "fastest", None
    )
    (outcome,) = await asker.ask("www.example")
    return type(outcome).__name__ if not hasattr(outcome, "text") else str(outcome)


def main() -> None:
    """Ask and tell."""
    asker = Asker()
    print(asker.loop.run_until_complete(ask(asker, *sys.argv[1:4])))


if __name__ == "__main__":
    main()
