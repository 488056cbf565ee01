"""What an event loop says when connections cannot be taken up: one line a minute, not a traceback a second.

Without a free file descriptor asyncio, and a worker too, leaves the listening socket alone for a second and tries
again; who is connected already, and every datagram, is answered on.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable
from typing import Any

SAY_SECONDS = 60.0  # between two lines about it

_NO_ROOM = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))

log = logging.getLogger(__name__)


def is_no_room(error: OSError) -> bool:
    """Whether there was no room to take a connection up."""
    return error.errno in _NO_ROOM


def say_when_full(loop: asyncio.AbstractEventLoop, note: Callable[[Exception], None] | None = None) -> None:
    """Have a loop say in a line that it has no room for connections.

    Other errors, of its callbacks and tasks, go to `note`; where there is none they are told as ever.
    """
    said: list[float] = []

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:  # as asyncio calls it
        error = context.get("exception")
        if not isinstance(error, OSError) or not is_no_room(error) or "socket" not in context:
            if note is not None and isinstance(error, Exception):
                note(error)
            else:
                loop.default_exception_handler(context)
        elif not said or loop.time() - said[-1] >= SAY_SECONDS:
            said[:] = [loop.time()]
            log.warning("no new connections can be taken up for now: %s", error.strerror)

    loop.set_exception_handler(handle)
