"""The files of a bundle, as a node gets them: what it has stays, of the rest come differences or the whole."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from contextlib import suppress

from sm_dns.fleet.bundles.bundle import MAX_FILE_BYTES, FileNote, Manifest, digest_of
from sm_dns.fleet.bundles.contents import Folders
from sm_dns.fleet.bundles.differences import applied
from sm_dns.fleet.bundles.standing import NotTaken, check_files
from sm_dns.fleet.talk.messages import FromNode, FromPrimary, Part, Want, Wanted
from sm_dns.fleet.talk.wire import Gone, Wire
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular

PART_SECONDS = 60.0  # within which the next part of a file must come
MAX_OVERHEAD = 64 << 10  # octets by which a difference may be longer than the file that it makes

Talk = Wire[FromNode, FromPrimary]
Meanwhile = Callable[[FromPrimary, bytes], None]
"""Heed what is said between the parts of files."""


async def received(
    talk: Talk, manifest: Manifest, folders: Folders, meanwhile: Meanwhile
) -> dict[str, bytes] | None:
    """All files of a bundle, each as it was signed; None where one is not there any more.

    Raises `NotTaken`, `BadInput`, `OSError` and `Gone`.
    """
    here = await asyncio.to_thread(_here, manifest, folders)
    files = {note.name: here[note.name] for note in manifest.files if _is(here.get(note.name), note)}
    missing = [note for note in manifest.files if note.name not in files]
    if missing:
        wanted = tuple(Wanted(note.name, note.digest, _digest(here.get(note.name))) for note in missing)
        await talk.send(Want(wanted))
    for note in missing:
        data = await _file(talk, note, here.get(note.name, b""), meanwhile)
        if data is not None:
            files[note.name] = data
    if files.keys() != {note.name for note in manifest.files}:
        return None
    check_files(manifest, files)
    return files


def _here(manifest: Manifest, folders: Folders) -> dict[str, bytes]:
    """What is here under the names of a bundle."""
    found: dict[str, bytes] = {}
    for note in manifest.files:
        path = folders.place(note.name)
        with suppress(BadInput):
            if is_there(path):
                found[note.name] = read_regular(path, limit=MAX_FILE_BYTES)
    return found


async def _file(talk: Talk, note: FileNote, here: bytes, meanwhile: Meanwhile) -> bytes | None:
    """A file that was asked for, part by part. Raises `NotTaken` and `Gone`."""
    unpacking = zlib.decompressobj()
    data = bytearray()
    most = note.size + MAX_OVERHEAD
    while True:
        said, body = await talk.receive(PART_SECONDS)
        if not isinstance(said, Part):
            meanwhile(said, body)
            continue
        if said.digest != note.digest:
            raise Gone("it sends what was not asked for")
        if said.kind == "gone":
            return None
        try:
            data += unpacking.decompress(body, most + 1 - len(data))
        except zlib.error as error:
            raise Gone("it sends what cannot be unpacked: {reason}", reason=error) from error
        if len(data) > most or unpacking.unconsumed_tail:
            raise NotTaken("{name} is not what was signed", name=note.name)
        if said.is_last:
            return applied(here, bytes(data), note.size) if said.kind == "difference" else bytes(data)


def _is(data: bytes | None, note: FileNote) -> bool:
    return data is not None and len(data) == note.size and digest_of(data) == note.digest


def _digest(data: bytes | None) -> str:
    return "" if data is None else digest_of(data)
