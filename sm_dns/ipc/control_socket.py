"""The control socket at one of its places: opened, opened anew where somebody took it away, closed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from sm_dns.ipc.socket_paths import reachable
from sm_dns.util.files import make_directory

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class ControlSocket:
    """A socket file, and who listens there. `open` may be called again and again."""

    def __init__(self, path: Path, serve: Serve, limit: int) -> None:
        """`limit`: octets of a line."""
        self.path = path
        self._serve = serve
        self._limit = limit
        self._inode = 0
        self._serving: asyncio.Task[asyncio.Server] | None = None

    def open(self) -> None:
        """Take the place of a socket that an earlier process left; nothing where ours is open and still there.

        A folder that was removed is made anew. Needs a running event loop. Raises `OSError`.
        """
        if self._serving is not None:
            if self._is_there() or not self._serving.done():
                return
            self._serving.result().close()
            self._serving = None
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            make_directory(self.path.parent)
            self.path.unlink(missing_ok=True)
            with reachable(self.path) as address:
                sock.bind(address)
            self.path.chmod(0o660)
            self._inode = self.path.stat().st_ino
            sock.listen()
        except OSError:
            sock.close()
            raise
        # Not start_unix_server: from Python 3.13 on that looks for the socket's file by the name it was bound to.
        serving = asyncio.start_server(self._serve, sock=sock, limit=self._limit)
        self._serving = asyncio.get_running_loop().create_task(serving)

    async def close(self) -> None:
        """Answer no more, and take the socket away, so that commands see at once that nobody does."""
        if self._serving is None:
            return
        (await self._serving).close()
        if self._is_there():
            with suppress(OSError):  # the disk may be read-only by now
                self.path.unlink()

    def _is_there(self) -> bool:
        """Whether commands find our socket: a folder that was removed or mounted over takes it away."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False
