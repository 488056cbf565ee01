"""The start's wait for the first look at leases and neighbours, so that the first answers go by them already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

FIRST_LOOK_SECONDS = 4.0  # for which workers that start are told nothing until it is known who is where

log = logging.getLogger(__name__)


async def first_looks(looked: Iterable[asyncio.Event], known: asyncio.Event) -> None:
    """Set `known` once everybody has looked, or `FIRST_LOOK_SECONDS` have passed."""
    try:
        async with asyncio.timeout(FIRST_LOOK_SECONDS):
            for each in looked:
                await each.wait()
    except TimeoutError:
        log.warning(
            "leases and neighbours were not read within %.0f s: what is answered until they are knows networks alone",
            FIRST_LOOK_SECONDS,
        )
    finally:
        known.set()
