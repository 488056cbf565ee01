"""The generation that a service begins with: what the files say now, or else the last one that was good.

What is wrong with a file while the machine restarts must not leave an office without names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sm_dns.generation.directory import GENERATIONS, Generation, open_generation
from sm_dns.generation.index_note import is_whole
from sm_dns.ipc import children
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

log = logging.getLogger(__name__)


class First(NamedTuple):
    """`trouble`: why the files could not be used, None where this generation is made of them."""

    generation: Generation
    trouble: Message | None


async def first_generation(config: Path, rehearsal: float) -> First:
    """Compile the files, or find the last good generation that was made of this configuration.

    Raises `BadInput`, about the files, where there is none; a rehearsal looks for none.
    """
    try:
        return First(open_generation(await children.compile_generation(config, rehearsal)), None)
    except BadInput as error:
        found = None if rehearsal else last_good(config)
        if found is None:
            raise
        log.error("the last good policy is in force (generation %s): %s", found.snapshot.generation, error)
        return First(found, error.message)


def last_good(config: Path) -> Generation | None:
    """The newest generation on the disk that was made of this configuration and is whole."""
    for directory in _newest_first(config):
        with suppress(BadInput, OSError):
            found = open_generation(directory)
            if found.service.config == str(config.absolute()) and is_whole(directory):
                return found
            found.snapshot.names.close()
    return None


def _newest_first(config: Path) -> Iterator[Path]:
    for place in possible_state_dirs(config):
        with suppress(OSError):
            found = [each for each in (place / GENERATIONS).iterdir() if each.name.isdigit()]
            yield from sorted(found, key=lambda each: int(each.name), reverse=True)
