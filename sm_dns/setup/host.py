"""The machine that is set up: where its files are, and how commands are run on it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, system_reason

COMMAND_SECONDS = 200  # longer than systemd waits for a start of the service
ROOT = Path("/")
_PLACES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit code and all that it said; 127 where there is no such command."""

    code: int
    said: str


Runner = Callable[[Sequence[str]], Ran]


def run(command: Sequence[str]) -> Ran:
    """Run a command of the system, for `COMMAND_SECONDS` at most. Never raises."""
    environment = {**os.environ, "PATH": _PLACES, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 (what is run are commands of the system, written out here)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=COMMAND_SECONDS,
            env=environment,
            check=False,
        )
    except FileNotFoundError:
        return Ran(127, str(Message("there is no command {name}", name=command[0])))
    except subprocess.TimeoutExpired:
        said = Message(
            "{name} did not end within {seconds} seconds", name=command[0], seconds=COMMAND_SECONDS
        )
        return Ran(124, str(said))
    except OSError as error:
        return Ran(126, str(system_reason(error)))
    return Ran(done.returncode, done.stdout.strip())


@dataclass(frozen=True)
class Host:
    """A machine by the folder that its files are below. Where it does not run, but is such a folder and no more, no
    service of it is touched."""

    root: Path = ROOT
    runner: Runner = run
    is_running: bool = True

    def file(self, path: str) -> Path:
        """Where an absolute path of the machine is, seen from here."""
        return self.root / path.lstrip("/")

    def run(self, *command: str) -> Ran:
        """Run a command on it."""
        return self.runner(command)

    def well(self, *command: str) -> None:
        """Run a command that must go well. Raises `BadInput` with what it said."""
        done = self.run(*command)
        if done.code:
            reason = done.said or str(done.code)
            raise BadInput("{words}: {reason}", words=" ".join(command), reason=reason)

    @property
    def proc(self) -> Path:
        """What its kernel tells."""
        return self.file("/proc")

    @property
    def has_package(self) -> bool:
        """Whether the program came there as a package of Debian."""
        return self.file("/var/lib/dpkg/info/sm-dns.list").exists()

    @property
    def has_systemd(self) -> bool:
        """Whether systemd runs there as the first process (sd_booted(3))."""
        return self.is_running and self.file("/run/systemd/system").is_dir()
