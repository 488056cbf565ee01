"""A file of a bundle on its way to a node: whole, or as a difference from what it has."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator
from typing import Literal

from sm_dns.fleet.bundles.contents import Folders
from sm_dns.fleet.bundles.making import Bundles
from sm_dns.fleet.talk.messages import PART_BYTES, FromNode, FromPrimary, Part, Wanted
from sm_dns.fleet.talk.wire import Wire

Kind = Literal["whole", "difference"]


async def send_file(
    talk: Wire[FromPrimary, FromNode], wanted: Wanted, bundles: Bundles, folders: Folders
) -> None:
    """Send a file of the last bundle; that it is gone where it has changed since. Raises `Gone` and `OSError`."""
    data = await asyncio.to_thread(bundles.content, wanted.digest, folders)
    if data is None:
        await talk.send(Part(wanted.digest, "gone", is_last=True))
        return
    kind, packed = await asyncio.to_thread(_packed, wanted, data, bundles)
    for part, is_last in _parts(packed):
        await talk.send(Part(wanted.digest, kind, is_last), part)


def _packed(wanted: Wanted, data: bytes, bundles: Bundles) -> tuple[Kind, bytes]:
    change = bundles.difference(wanted.digest, wanted.have)
    if change is not None and len(change) < len(data):
        return "difference", zlib.compress(change)
    return "whole", zlib.compress(data)


def _parts(data: bytes) -> Iterator[tuple[bytes, bool]]:
    for at in range(0, len(data), PART_BYTES):
        yield data[at : at + PART_BYTES], at + PART_BYTES >= len(data)
