"""Commands in a bare system below a folder, without a service manager: one after the other over the same layer.

It takes root and overlayfs. A machine with a systemd of its own is in `machine.py`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import REPOSITORY

SCRIPT = REPOSITORY / "tests" / "support" / "bare.sh"
CERTIFICATES = "/srv/certificates.crt"
_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


@dataclass(frozen=True)
class Bare:
    """`root` is never written; what is written goes into `layer`. `seen`: folders of this machine, where they are
    seen, and "rw" or "ro"."""

    root: Path
    layer: Path
    seen: Sequence[tuple[Path, str, str]] = ()

    def command(self, *command: str, namespaces: Sequence[str] = ()) -> tuple[str, ...]:
        """The command of this machine that runs another in it, in further namespaces (`--net`)."""
        spaces = ("unshare", "--mount", "--pid", "--fork", "--kill-child", *namespaces)
        places = (word for source, target, how in self.seen for word in (str(source), target, how))
        return (*spaces, str(SCRIPT), str(self.root), str(self.layer), *places, "--", *command)

    def run(self, *command: str, seconds: float, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as root, for so long at most."""
        return subprocess.run(
            self.command(*command),
            env=self.environment(environment),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def well(self, *command: str, seconds: float, **environment: str) -> str:
        """What a command prints, which must go well."""
        done = self.run(*command, seconds=seconds, **environment)
        assert done.returncode == 0, (command, done.stdout[-3_000:], done.stderr[-3_000:])
        return done.stdout

    def install(self, *packages: str, seconds: float) -> None:
        """Install packages of its own suite."""
        self.well("apt-get", "update", "-qq", seconds=seconds)
        self.well("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, seconds=seconds)

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """What commands in it have, and the certificates of this machine where it names them."""
        trusted = os.environ.get("PIP_CERT")
        certificates = {"PIP_CERT": CERTIFICATES, "TRUSTED": trusted} if trusted else {}
        return {**_ENVIRONMENT, **certificates, **more}
