"""The dashboard of a test at a real address, for a real browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.support.dashboard import Dashboard
from tests.support.processes import eventually


@contextmanager
def serving(dashboard: Dashboard) -> Iterator[str]:
    """Serve it on loopback for the length of a block; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(dashboard.app, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run, args=([listening],), daemon=True)
    running.start()
    try:
        eventually(lambda: server.started, "a server of pages")
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join()
        listening.close()
