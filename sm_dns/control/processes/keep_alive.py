"""A child that shall always run: started again when it has ended, later and later while it dies early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, NoReturn

from sm_dns.util.message import Message


class Pauses(NamedTuple):
    """Seconds. first: before another is started, doubled at each early death; longest: the most of them.

    steady: one that lived so long died of something new.
    """

    first: float
    longest: float
    steady: float


async def keep_alive(
    live: Callable[[], Awaitable[Message]], ended: Callable[[Message], None], pauses: Pauses
) -> NoReturn:
    """Have `live` run one child after the other until cancelled; `ended` hears how each of them ended."""
    pause = pauses.first
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        try:
            how = await live()
        except Exception as error:  # whatever goes wrong with one, another is worth a try
            how = Message("could not be started ({reason})", reason=error)
        steady = loop.time() - started > pauses.steady
        pause = pauses.first if steady else min(2 * pause, pauses.longest)
        ended(how)
        await asyncio.sleep(pause)
