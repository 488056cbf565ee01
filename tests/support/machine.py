"""A machine with a systemd of its own as its first process, in namespaces of this one.

Its network is loopback, its root is thrown away. It needs root, overlayfs and cgroup v2. Where the kernel or a
container forbids any of that there is none, and what asks for one is skipped.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import PATIENCE, REPOSITORY, STEP_SECONDS, is_alive

BOOT_SECONDS = 20.0
COMMAND_SECONDS = 60
TARGET = "sm-dns-test.target"
_SYSTEMD = Path("/lib/systemd/systemd")
# Where the program lies in it: where it lies on this machine may be nobody else's to see.
SOURCE, _PREFIX, _LIBRARIES = "/srv/source", "/srv/python", "/srv/libraries"
PYTHON = f"{_PREFIX}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
ENVIRONMENT = {"PYTHONPATH": f"{SOURCE}:{_LIBRARIES}", "LD_LIBRARY_PATH": f"{_PREFIX}/lib"}
_NAMESPACES = ("--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup")


class NoMachine(Exception):
    """Why there can be none here."""


class Machine:
    """A running one. `leader` is its first process, as this machine numbers it."""

    def __init__(self, leader: int) -> None:
        self.leader = leader

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as root."""
        return subprocess.run(
            ("nsenter", "--target", str(self.leader), *_NAMESPACES, "--wd=/", "--", *command),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **ENVIRONMENT},
        )

    def well(self, *command: str) -> str:
        """What a command prints, which must go well."""
        done = self.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout


@contextmanager
def machine(directory: Path, layer: Path) -> Iterator[Machine]:
    """One whose root has the files of `layer` over those of this machine. Raises `NoMachine`."""
    if not _SYSTEMD.exists():
        raise NoMachine("systemd is not installed")
    units = layer / "etc" / "systemd" / "system"
    units.mkdir(parents=True, exist_ok=True)
    (units / TARGET).write_text("[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n")
    (units / "timers.target").symlink_to("/dev/null")  # nothing of this machine's own begins
    place = directory / "machine"
    place.mkdir()
    log = directory / "machine.log"
    script = REPOSITORY / "tests" / "support" / "machine.sh"
    seen = (str(REPOSITORY), SOURCE, sys.base_prefix, _PREFIX, sysconfig.get_path("purelib"), _LIBRARIES)
    with log.open("wb") as out:
        child = subprocess.Popen(
            ("unshare", *_NAMESPACES, "--fork", "--kill-child", str(script), str(place), str(layer), TARGET, *seen),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield Machine(_booted(child, log))
    finally:
        child.kill()  # and with it the first process of the machine, and so all of it
        child.wait(PATIENCE)


def _booted(child: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        leader = _leader(child.pid)
        if leader and Machine(leader).run("systemctl", "is-active", TARGET).stdout == "active\n":
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
