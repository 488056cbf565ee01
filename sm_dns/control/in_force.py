"""The generation in force, and the directory that whoever starts now begins with."""

from __future__ import annotations

from pathlib import Path

from sm_dns.generation.directory import Generation


class InForce:
    """`current` is in force. `offered` is its directory, or that of the next one while workers are just taking it up:
    one that starts meanwhile begins with it."""

    def __init__(self, first: Generation) -> None:
        self.current = first
        self.offered = first.directory

    def directory(self) -> Path:
        """What whoever starts is to load."""
        return self.offered

    def put(self, generation: Generation) -> None:
        """Have this one in force from now on."""
        self.current = generation
        self.offered = generation.directory
