"""One bare system with a checkout of sm-dns on it, and what somebody types there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.bare import Bare
from tests.support.processes import REPOSITORY, Process, eventually
from tests.support.roots import root

INSTALL_SECONDS = 900
TESTS_SECONDS = 600
START_SECONDS = 120.0
SOURCE, HOME = "/srv/source", "/home/user"
VENV, CONFIG = f"{HOME}/venv", f"{HOME}/config/sm-dns.yaml"
USER = 1_000
MEMORY = Path("/sys/fs/cgroup/memory")  # of cgroup v1
GROUP = MEMORY / f"sm-dns-{os.getpid()}"
MEMORY_BYTES = 512 * 1024 * 1024
# One network without anybody else, with or without IPv6; then the command.
_ALONE = 'ip link set lo up && exec "$@"'
_WITHOUT_IPV6 = f"echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 && {_ALONE}"


@dataclass(frozen=True)
class Kind:
    """What a system is like."""

    name: str
    suite: str
    packages: tuple[str, ...] = ()
    is_compiled: bool = False
    user: int = 0
    umask: str = "022"
    has_ipv6: bool = True
    source: str = "rw"
    has_little_memory: bool = False

    @property
    def told(self) -> str:
        """In words."""
        odd = (
            (self.is_compiled, "with a compiler"),
            (not self.is_compiled, "without a compiler"),
            (self.user, "not root"),
            (self.umask != "022", f"umask {self.umask}"),
            (not self.has_ipv6, "no IPv6"),
            (self.source == "ro", "a read-only source"),
            (self.has_little_memory, "512 MB"),
        )
        return f"{self.name} ({', '.join(words for holds, words in odd if holds)})"


class System:
    """It is ready: `make` and Python are there, and the source."""

    def __init__(self, kind: Kind, directory: Path) -> None:
        source, layer = directory / "source", directory / "layer"
        layer.mkdir()
        checkout(source)
        self._kind, self._directory = kind, directory
        self._bare = Bare(root(kind.suite), layer, [(source, SOURCE, kind.source)])
        self._bare.install("make", "python3-venv", *kind.packages, seconds=INSTALL_SECONDS)
        self._bare.well("mkdir", "-p", HOME, seconds=60)
        self._bare.well("cp", "-r", f"{SOURCE}/config", f"{HOME}/config", seconds=60)
        if kind.user:
            self._bare.well("chown", "-R", f"{kind.user}:{kind.user}", HOME, seconds=60)

    def make(self, *words: str, seconds: float = INSTALL_SECONDS) -> str:
        """What `make` prints, which must go well."""
        return self._bare.well(*self._as_user("make", f"VENV={VENV}", *words), seconds=seconds)

    def run(self, *words: str, seconds: float = 60) -> str:
        """What a command of the environment prints, which must go well."""
        return self._bare.well(*self._as_user(f"{VENV}/bin/{words[0]}", *words[1:]), seconds=seconds)

    def test(self, *tests: str) -> str:
        """What pytest says of these, on a network without anybody else."""
        words = (f"{VENV}/bin/python", "-m", "pytest", "-p", "no:cacheprovider", *tests)
        command = self._bare.command(*self._alone(*self._as_user(*words)), namespaces=("--net",))
        done = subprocess.run(
            command,
            env=self._bare.environment({}),
            capture_output=True,
            text=True,
            timeout=TESTS_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
        (found,) = re.findall(r"^.*\d+ passed.*$", done.stdout, re.MULTILINE)
        return str(found).strip("= ")

    @contextmanager
    def serving(self, *command: str) -> Iterator[Process]:
        """Run a server on a network without anybody else, with as much memory as the kind has; it is ready."""
        words = self._limited(
            self._bare.command(*self._alone(*self._as_user(*command)), namespaces=("--net",))
        )
        process = Process(words, self._directory / "serving", self._bare.environment({}))
        try:
            eventually(lambda: process.has_ended or "ready" in process.out, "it is ready", START_SECONDS)
            assert not process.has_ended, process.out + process.err
            yield process
        finally:
            process.stop(signal.SIGKILL)  # and with it all that it started: they are of one namespace
            if GROUP.is_dir():
                eventually(_is_removed, "nobody is in the group any more")
            for each in ("serving.out", "serving.err"):
                (self._directory / each).unlink()

    def answer(self, process: Process, name: str) -> str:
        """What a server answers: the data, else the code."""
        ask = ("dig", "+time=2", "+tries=1", "-p", "5335", "@127.0.0.1", name)
        where = ("nsenter", "-t", str(process.pid), "-n", *ask)
        said = subprocess.run(where, capture_output=True, text=True, check=False).stdout
        found = [line.split()[-1] for line in said.splitlines() if line and line[0] != ";"]
        return found[-1] if found else said.partition("status: ")[2].partition(",")[0]

    def _as_user(self, *command: str) -> tuple[str, ...]:
        user = str(self._kind.user)
        change = ("setpriv", "--reuid", user, "--regid", user, "--clear-groups") if self._kind.user else ()
        shell = f'umask {self._kind.umask} && cd {SOURCE} && HOME={HOME} exec "$@"'
        return (*change, "sh", "-c", shell, "sh", *command)

    def _alone(self, *command: str) -> tuple[str, ...]:
        return ("sh", "-c", _ALONE if self._kind.has_ipv6 else _WITHOUT_IPV6, "sh", *command)

    def _limited(self, command: tuple[str, ...]) -> tuple[str, ...]:
        if not self._kind.has_little_memory:
            return command
        GROUP.mkdir()
        (GROUP / "memory.limit_in_bytes").write_text(str(MEMORY_BYTES))
        return ("sh", "-c", f'echo $$ >{GROUP}/cgroup.procs && exec "$@"', "sh", *command)


def _is_removed() -> bool:
    """Take the group away; whether that went."""
    try:
        GROUP.rmdir()
    except OSError:
        return False
    return True


def checkout(folder: Path) -> None:
    """What git tracks, as it is now, and a folder of its own for it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (REPOSITORY / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
