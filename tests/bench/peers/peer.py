"""What the bench must know of a server to compare it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """What every peer is asked to do, alike: answer on `port` of 127.0.0.1, deny these names with 0.0.0.0 and ::,
    forward the rest to 127.0.0.1 at `upstream_port`, cache generously, use one thread. `directory` is its own."""

    directory: Path
    port: int
    upstream_port: int
    denied: Sequence[str]

    def write(self, name: str, text: str) -> str:
        """Write a file of the peer's directory; its path."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)


@dataclass(frozen=True)
class Peer:
    """A server: its program, how to ask its version, and how to prepare a task: write the configuration, return the
    command that runs in the foreground."""

    name: str
    program: str
    version: Callable[[], str]
    prepare: Callable[[Task], list[str]]


def first_line(*command: str) -> str:
    """The first line that a program prints about itself, wherever it prints it."""
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return run.stdout.splitlines()[0]
