"""A machine with a systemd of its own as its first process, in namespaces of this one.

Its network is loopback; its root is this machine's, or that of another system in a folder, and what is written there
is thrown away. It needs root, overlayfs and cgroup v2. Where the kernel or a container forbids any of that there is
none, and what asks for one is skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import PATIENCE, REPOSITORY, STEP_SECONDS, is_alive

BOOT_SECONDS = 20.0
COMMAND_SECONDS = 60
TARGET = "sm-dns-test.target"
_SYSTEMD = "lib/systemd/systemd"
# Where the program lies in it: where it lies on this machine may be nobody else's to see.
SOURCE, _PREFIX, _LIBRARIES = "/srv/source", "/srv/python", "/srv/libraries"
PYTHON = f"{_PREFIX}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
ENVIRONMENT = {
    "PYTHONPATH": f"{SOURCE}:{_LIBRARIES}",
    "LD_LIBRARY_PATH": f"{_PREFIX}/lib",
    **{name: os.environ[name] for name in ("SM_DNS_PURE_PYTHON",) if name in os.environ},
}
_NAMESPACES = ("--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup")


class NoMachine(Exception):
    """Why there can be none here."""


class Machine:
    """A running one. `leader` is its first process, as this machine numbers it."""

    def __init__(self, leader: int, environment: Mapping[str, str]) -> None:
        self.leader = leader
        self._environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment}

    def run(self, *command: str, seconds: float = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as root, for so long at most."""
        return subprocess.run(
            self.within(*command), capture_output=True, text=True, timeout=seconds, env=self._environment
        )

    def within(self, *command: str) -> tuple[str, ...]:
        """The command of this machine that runs another in it."""
        return ("nsenter", "--target", str(self.leader), *_NAMESPACES, "--wd=/", "--", *command)

    def well(self, *command: str) -> str:
        """What a command prints, which must go well."""
        done = self.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout


@contextmanager
def machine(directory: Path, layer: Path) -> Iterator[Machine]:
    """One that has the files of `layer` over those of this machine, and this Python. Raises `NoMachine`."""
    seen = (str(REPOSITORY), SOURCE, sys.base_prefix, _PREFIX, sysconfig.get_path("purelib"), _LIBRARIES)
    with _machine(directory, Path("/"), layer, seen, ENVIRONMENT) as made:
        yield made


@contextmanager
def bare_machine(directory: Path, root: Path, layer: Path) -> Iterator[Machine]:
    """One that has the files of `layer` over those of the system below `root`, and nothing else of this machine.
    Raises `NoMachine`."""
    with _machine(directory, root, layer, (), {}) as made:
        yield made


@contextmanager
def _machine(
    directory: Path, root: Path, layer: Path, seen: Sequence[str], environment: Mapping[str, str]
) -> Iterator[Machine]:
    if not (root / _SYSTEMD).exists():
        raise NoMachine("systemd is not installed")
    units = layer / "etc" / "systemd" / "system"
    units.mkdir(parents=True, exist_ok=True)
    (units / TARGET).write_text("[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n")
    (units / "timers.target").symlink_to("/dev/null")  # nothing of this machine's own begins
    place = directory / "machine"
    place.mkdir()
    log = directory / "machine.log"
    script = REPOSITORY / "tests" / "support" / "machine.sh"
    words = (TARGET, *seen)
    with log.open("wb") as out:
        child = subprocess.Popen(
            ("unshare", *_NAMESPACES, "--fork", "--kill-child", *map(str, (script, place, root, layer)), *words),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield Machine(_booted(child, log), environment)
    finally:
        child.kill()  # and with it the first process of the machine, and so all of it
        child.wait(PATIENCE)


def _booted(child: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        leader = _leader(child.pid)
        if leader and Machine(leader, {}).run("systemctl", "is-active", TARGET).stdout == "active\n":
            return leader
        time.sleep(10 * STEP_SECONDS)
    raise NoMachine(f"no systemd boots here: {log.read_text(errors='replace')[-2000:]}")


def _leader(parent: int) -> int:
    """The first process of the machine, once it is systemd."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for pid in map(int, children):
        if is_alive(pid) and Path(f"/proc/{pid}/comm").read_text() == "systemd\n":
            return pid
    return 0
