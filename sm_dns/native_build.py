"""What installing left beside the package: the compiled query path, whether there is one and why not, which commit.

`hatch_build.py` makes it, as a folder of its own among the installed packages, so that it never lies among sources.
`python -m sm_dns.native_build` prints "again" where compiling is worth another try.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.machinery import PathFinder
from pathlib import Path

FOLDER = "sm_dns_built"
RECORD = "build.json"
LOG = "build.log"
_GIT_SECONDS = 5.0
UNKNOWN = "nothing tells how it was installed"


@cache
def place() -> Path | None:
    """The folder that installing made; None where sources run that were never installed."""
    found = PathFinder.find_spec(FOLDER)
    places = found.submodule_search_locations if found is not None else None
    return Path(next(iter(places))) if places else None


def record() -> Mapping[str, object]:
    """What `hatch_build.py` noted; empty where it noted nothing."""
    folder = place()
    try:
        found = json.loads((folder / RECORD).read_bytes()) if folder is not None else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def why_not_native() -> str | None:
    """Why nothing is compiled, in a few words; None where it is."""
    noted = record()
    if noted.get("native"):
        return None
    reason = str(noted.get("reason") or UNKNOWN)
    log = place() and Path(str(place()), LOG)
    return f"{reason}; the log is {log}" if log and log.exists() else reason


def commit() -> str:
    """The commit of the sources: what the checkout stands at, else what was noted at installation; "" for neither."""
    root = Path(__file__).resolve().parent.parent
    return described(root) or str(record().get("commit") or "")


def described(root: Path) -> str:
    """The commit that a checkout stands at, with "-dirty" where files differ from it; "" for what is no checkout."""
    if not (root / ".git").exists():
        return ""
    ask = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def digest(source: Path) -> str:
    """What tells one content of a file from another."""
    return blake2b(source.read_bytes(), digest_size=16).hexdigest()


def toolchain() -> dict[str, str]:
    """What compiling needs and this machine has: "compiler" and "headers", each a path, "" where it is missing."""
    wanted = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc") or ["cc"]
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return {
        "compiler": shutil.which(wanted[0]) or "",
        "headers": str(headers) if headers.exists() else "",
    }


def is_worth_another_try() -> bool:
    """Whether nothing was compiled and something that compiling needs has come, or changed, since."""
    noted = record()
    return not noted.get("native") and noted.get("toolchain") != toolchain()


if __name__ == "__main__":
    print("again" if is_worth_another_try() else "")
