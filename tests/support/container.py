"""A container as a host runs it, by crun: a read-only root, one capability, the user of the image, loopback alone."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.processes import PATIENCE, Process, eventually

NAME = "sm-dns-test"
CAPABILITY = "CAP_NET_BIND_SERVICE"
COMMAND_SECONDS = 60
# crun wants one kind of cgroups, and some machines have both; it makes none for us. What a container reads is given
# to its user: that must not be this machine's own /dev/null.
_HERE = 'mount --make-rprivate / && mount -t cgroup2 none /sys/fs/cgroup && exec "$@" <"$0"'


class NoContainer(Exception):
    """Why there can be none here."""


class Container:
    """One that runs. `settings` are those of the image."""

    def __init__(self, folder: Path, settings: dict[str, Any], process: Process) -> None:
        self.settings = settings
        self.process = process
        self._folder = folder

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as its user."""
        inside = (*_crun(self._folder), "exec", "--user", self.settings["User"], NAME, *command)
        return self._here(*inside)

    def asked(self, name: str) -> str:
        """What it answers on its own loopback to a question for an address."""
        told = self._here(
            "nsenter", "-t", str(self.pid), "-n", "dig", "+short", "+time=1", "+tries=1", "@127.0.0.1", name
        )
        return told.stdout.strip()

    @property
    def pid(self) -> int:
        """Of its first process, as this machine numbers it; 0 while it has none."""
        told = self._here(*_crun(self._folder), "state", NAME)
        return int(json.loads(told.stdout)["pid"]) if told.returncode == 0 else 0

    def _here(self, *command: str) -> subprocess.CompletedProcess[str]:
        where = ("nsenter", "-t", str(self.process.pid), "-m", "-C", "--")
        return subprocess.run(
            (*where, *command), input="", capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )


@contextmanager
def container(image: Path, folder: Path) -> Iterator[Container]:
    """Run an image for the length of a block. Raises `NoContainer`."""
    settings = unpacked(image, folder)
    state = folder / "state"
    state.mkdir()
    (folder / "nothing").touch()
    user, group = map(int, settings["User"].split(":"))
    subprocess.run(("chown", f"{user}:{group}", str(state)), check=True)
    (folder / "config.json").write_text(json.dumps(_plan(settings, state)))
    command = (
        "unshare",
        "--mount",
        "--cgroup",
        "sh",
        "-c",
        _HERE,
        str(folder / "nothing"),
        *_crun(folder),
        "run",
        "-b",
        str(folder),
        NAME,
    )
    process = Process(command, folder / "container")
    made = Container(folder, settings, process)
    try:
        eventually(lambda: process.has_ended or process.out.startswith("ready"), "it is ready", PATIENCE)
        if process.has_ended:
            raise NoContainer(process.err[-1_000:])
        yield made
    finally:
        process.stop()


def unpacked(image: Path, folder: Path) -> dict[str, Any]:
    """Lay out the image in `folder/rootfs`, with owners and capabilities; its settings."""
    with tarfile.open(image) as archive:
        archive.extractall(folder / "image", filter="data")
    (manifest,) = json.loads((folder / "image" / "manifest.json").read_text())
    (folder / "rootfs").mkdir()
    for layer in manifest["Layers"]:
        words = (
            "tar",
            "-xpf",
            str(folder / "image" / layer),
            "--xattrs",
            "--xattrs-include=*",
            "--numeric-owner",
        )
        subprocess.run((*words, "-C", str(folder / "rootfs")), check=True)
    found: dict[str, Any] = json.loads((folder / "image" / manifest["Config"]).read_text())["config"]
    return found


def _plan(settings: dict[str, Any], state: Path) -> dict[str, Any]:
    """What crun reads (OCI Runtime Specification)."""
    user, group = map(int, settings["User"].split(":"))
    only: dict[str, list[str]] = {kind: [] for kind in ("effective", "permitted", "inheritable", "ambient")}
    usual = ["nosuid", "noexec", "nodev"]
    return {
        "ociVersion": "1.0.0",
        "root": {"path": "rootfs", "readonly": True},
        "process": {
            "user": {"uid": user, "gid": group},
            "args": [*settings["Entrypoint"], *settings["Cmd"]],
            "env": settings["Env"],
            "cwd": settings["WorkingDir"],
            "capabilities": {**only, "bounding": [CAPABILITY]},
        },
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
            {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": [*usual, "mode=1777"]},
            {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": [*usual, "mode=1777"]},
            {
                "destination": "/var/lib/sm-dns",
                "type": "bind",
                "source": str(state),
                "options": ["rbind", "rw"],
            },
        ],
        "linux": {"namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")]},
    }


def _crun(folder: Path) -> tuple[str, ...]:
    return ("crun", "--root", str(folder / "running"), "--cgroup-manager=disabled")
