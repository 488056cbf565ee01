"""The generation in force, what whoever starts now begins with, and what of generations lies on the disk."""

from __future__ import annotations

from pathlib import Path

from sm_dns.generation.directory import Generation, discard, discard_others, discard_temporary


class InForce:
    """`current` is in force. `offered` is its directory, or that of the next one while workers are just taking it up:
    one that starts meanwhile begins with it."""

    def __init__(self, first: Generation) -> None:
        self.current = first
        self.offered = first.directory
        self._before = first.directory

    def directory(self) -> Path:
        """What whoever starts is to load."""
        return self.offered

    def put(self, generation: Generation) -> None:
        """Have this one in force. The one before stays: a worker that is just starting may be about to read it."""
        old = self.current.directory
        self.current = generation
        self.offered = generation.directory
        if self._before != old:
            discard(self._before)
        self._before = old
        self.tidy()

    def tidy(self) -> None:
        """Remove what earlier servers and interrupted compilers left on the disk."""
        discard_others({self._before, self.current.directory})

    def end(self) -> None:
        """Leave nothing in a temporary place; to be called when no worker reads it any more."""
        discard_temporary(self._before)
        discard_temporary(self.current.directory)
