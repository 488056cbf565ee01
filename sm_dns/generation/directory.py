"""The generation in force as the control process knows it: its directory, its policy, its service settings."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sm_dns.generation.index_note import read_note
from sm_dns.generation.service import Service, read_service
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.worker_settings import RESOLVER_FILE, UpstreamRow, read_settings
from sm_dns.util.errors import BadInput

GENERATIONS = "generations"  # where they lie, in the state directory
TEMPORARY = "sm-dns-generations-"  # how a place is named where they lie while that cannot be written
SMALLEST_SHARE = (
    0.5  # of the names in force; a generation with fewer is an accident until a person restarts (T13)
)


@dataclass(frozen=True)
class Generation:
    """One compiled generation, opened."""

    directory: Path
    snapshot: Snapshot
    service: Service

    @property
    def mends(self) -> bool:
        """Whether the index of the generation before was found damaged, and made anew for this one."""
        note = read_note(self.directory)
        return note is not None and note.mends

    def same_answers(self, before: Generation) -> bool:
        """Whether workers would answer as by the one before, so that nothing need be swapped."""
        files = (self.directory / RESOLVER_FILE, before.directory / RESOLVER_FILE)
        return (
            not self.mends
            and self.snapshot.version == before.snapshot.version
            and files[0].read_bytes() == files[1].read_bytes()
        )

    def upstreams(self) -> tuple[UpstreamRow, ...]:
        """Who is asked for what is let through; none where this host names no server.

        None either where an earlier version wrote what workers are handed: they go without it, and say so.
        """
        try:
            return read_settings(self.directory).upstreams
        except BadInput:
            return ()

    def versions(self) -> dict[str, str | int]:
        """What tells this generation from another: number, content hash, how many names."""
        return {
            "generation": self.snapshot.generation,
            "version": self.snapshot.version,
            "names": len(self.snapshot.names),
        }


def open_generation(directory: Path) -> Generation:
    """Open what the compiler made. Raises `BadInput` for a part that is missing or damaged."""
    return Generation(directory, snapshot.load(directory), read_service(directory))


def refuse_shrunken(old: Generation, new: Generation) -> None:
    """Raise `BadInput` when the lists lost so much that an accident is likelier than a wish (T13)."""
    before, after = len(old.snapshot.names), len(new.snapshot.names)
    if after < SMALLEST_SHARE * before:
        raise BadInput(
            "the lists shrank from {before} names to {after}: `sm-dns reload --accept-removed` "
            "if that is meant",
            before=before,
            after=after,
        )


def discard(directory: Path) -> None:
    """Remove a generation from the disk, and the place it lies in when nothing else does."""
    shutil.rmtree(directory, ignore_errors=True)
    with suppress(OSError):
        directory.parent.rmdir()


def discard_others(kept: Iterable[Path]) -> None:
    """Remove every other generation, and what interrupted compilers left, from the places where these lie."""
    directories = set(kept)
    for place in {directory.parent for directory in directories}:
        with suppress(OSError):  # the state directory may have been removed, or mounted over
            for other in set(place.iterdir()) - directories:
                discard(other)


def discard_temporary(directory: Path) -> None:
    """Remove a generation that lies in a temporary place, where no later start looks for it."""
    if directory.parent.name.startswith(TEMPORARY):
        discard(directory)
