"""The process of the fleet: `python -m sm_dns.fleet.process JSON`, started and heard by the control process.

It leads or follows, as what is kept says (`standing_file.py`), and tells how the fleet stands every second.
Nothing of the service waits for it. It ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys

from sm_dns.fleet.membership import Membership
from sm_dns.generation.fleet import FleetStart
from sm_dns.ipc.fleet import FLEET_ORDERS, FLEET_WORDS, CannotStart, FleetWord, Stands
from sm_dns.util.errors import BadInput
from sm_dns.util.log_lines import log_to_stderr
from sm_dns.util.message import reason_of
from sm_dns.util.typed_json import from_json

SAY_SECONDS = 1.0
MAX_ORDER = 256 << 10  # octets of a line of the control process

log = logging.getLogger(__name__)


def main() -> None:
    """Entry point."""
    start = from_json(FleetStart, json.loads(sys.argv[1]))
    log_to_stderr()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the control process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        asyncio.run(serve(start))
    except (BadInput, OSError) as error:
        say(CannotStart(reason_of(error)))
        sys.exit(1)


async def serve(start: FleetStart) -> None:
    """Lead or follow until told to stop, or until the parent is gone. Raises `BadInput` and `OSError`."""
    membership = Membership(start, say)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    work = (stop.wait(), _hear(membership), _say_often(membership), membership.run())
    tasks = [loop.create_task(each) for each in work]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.wait(others)
    for task in done:
        task.result()


def say(word: FleetWord) -> None:
    """Tell the control process."""
    sys.stdout.buffer.write(FLEET_WORDS.line(word))
    sys.stdout.flush()


async def _say_often(membership: Membership) -> None:
    while True:
        say(Stands(membership.status()))
        await asyncio.sleep(SAY_SECONDS)


async def _hear(membership: Membership) -> None:
    """Obey until nobody holds our standard input any more."""
    reader = asyncio.StreamReader(MAX_ORDER)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        membership.obey(FLEET_ORDERS.read(line))


if __name__ == "__main__":
    main()
