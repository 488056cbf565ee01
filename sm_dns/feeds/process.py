"""The process of the feeds: `python -m sm_dns.feeds.process`, started and heard by the control process.

It says where it answers and then a line every second. Its standard input begins with what it is to do, a line of
JSON, and tells then which generation is in force; it ends when that ends: nobody is there who would look after it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sm_dns.feeds.serving import Feeds
from sm_dns.generation.feeds import FeedsStart
from sm_dns.ipc.web_words import Answering, CannotStart, Missing, beat, say
from sm_dns.util.errors import BadInput
from sm_dns.util.log_lines import log_to_stderr
from sm_dns.util.message import reason_of
from sm_dns.util.typed_json import from_json

NICENESS = 1
MAX_LINE = 4 << 20  # octets of what the control process says at once: two thousand secondaries are half of it

log = logging.getLogger(__name__)


def main() -> None:
    """Entry point."""
    log_to_stderr()
    with suppress(OSError):  # a filter of system calls may forbid it
        os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the control process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        asyncio.run(serve())
    except (BadInput, OSError) as error:
        say(CannotStart(reason_of(error)))
        sys.exit(1)


async def serve() -> None:
    """Hand the zones out until told to stop, or until the parent is gone. Raises `BadInput`, `OSError`."""
    lines = asyncio.StreamReader(limit=MAX_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    first = await lines.readline()
    if not first:
        return
    feeds = Feeds(from_json(FeedsStart, json.loads(first)))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await feeds.open()
    try:
        say(Answering(tuple(feeds.addresses)))
        for reason in feeds.missing:
            say(Missing(reason))
        work = [
            asyncio.ensure_future(each) for each in (stop.wait(), feeds.run(), beat(), _hear(lines, feeds))
        ]
        done, left = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        for each in left:
            each.cancel()
        for each in done:
            each.result()
    finally:
        await feeds.close()


async def _hear(lines: asyncio.StreamReader, feeds: Feeds) -> None:
    """Hear which generation is in force, until nobody holds our standard input any more."""
    while line := await lines.readline():
        told: dict[str, Any] = json.loads(line)
        feeds.adopt(Path(told["directory"]))


if __name__ == "__main__":
    main()
