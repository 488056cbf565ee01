#!/usr/bin/env python3
"""Builds `sm-dns_VERSION_ARCH.deb` for the Debian or Ubuntu of this machine, with its own Python 3.11 or later.

`packaging/deb/build.py [--output FOLDER]` is `make deb`. It packs what git tracks, as it is now, in a folder of its
own; debhelper does the rest by `debian/rules`. The same commit on the same system gives the same package, octet by
octet.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEBIAN = Path(__file__).resolve().parent / "debian"
# Each with the package that has it.
TOOLS = {
    "git": "git",
    "dpkg-buildpackage": "dpkg-dev",
    "dh": "debhelper",
    "dh_apparmor": "dh-apparmor",
}
# What dpkg-buildpackage asks for without a program of that name.
PACKAGES = ("build-essential",)
# What of Python is in packages of its own, and how that is seen.
ASKED = {
    "python3-venv": "importlib.util.find_spec('ensurepip') is not None",
    "python3-dev": "pathlib.Path(sysconfig.get_path('include'), 'Python.h').exists()",
}
# Of `systemd`, and what debhelper calls them: a second service of the package has the package's name before its own.
PARTS = {
    **{name: name for name in ("sm-dns.service", "sm-dns.socket", "sm-dns.sysusers", "sm-dns.tmpfiles")},
    "sm-dns-unbound.service": "sm-dns.sm-dns-unbound.service",
}
MAINTAINER = "The sm-dns authors <sm-dns@localhost>"  # there is no address to write to


def main() -> None:
    """Build it and name the file."""
    parser = argparse.ArgumentParser(description="Build the Debian package of sm-dns for this system.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where it is put (default: dist)")
    wanted = parser.parse_args()
    lacking = lacks()
    if lacking:
        sys.exit(f"to build the package, first: sudo apt-get install {' '.join(sorted(lacking))}")
    with tempfile.TemporaryDirectory(prefix="sm-dns-deb-") as folder:
        made = build(Path(folder))
        wanted.output.mkdir(parents=True, exist_ok=True)
        for path in made:
            shutil.copy2(path, wanted.output)
            print(wanted.output / path.name)


def lacks() -> set[str]:
    """The packages that building needs and this system has not."""
    found = {package for tool, package in TOOLS.items() if shutil.which(tool) is None}
    for package in PACKAGES:
        query = ["dpkg-query", "-W", "-f=${Status}", package]
        told = subprocess.run(query, capture_output=True, text=True, check=False)
        if not told.stdout.endswith(" installed"):
            found.add(package)
    # Debian's own Python, whatever else is first on the path: the package runs with that.
    for package, asked in ASKED.items():
        if (
            said("/usr/bin/python3", "-c", f"import pathlib, sysconfig, importlib.util; print({asked})")
            != "True"
        ):
            found.add(package)
    return found


def build(folder: Path) -> list[Path]:
    """The package and its buildinfo, made in `folder`."""
    tree = folder / "sm-dns"
    commit = changed() or "HEAD"
    unpack(commit, tree)
    shutil.copytree(DEBIAN, tree / "debian")
    for name, called in PARTS.items():
        shutil.copy(ROOT / "systemd" / name, tree / "debian" / called)
    seconds = int(said("git", "log", "-1", "--format=%ct", commit))
    (tree / "debian" / "changelog").write_text(changelog(version(), seconds), encoding="utf-8")
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(seconds),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    }
    subprocess.run(["dpkg-buildpackage", "-b", "-us", "-uc", "-tc"], cwd=tree, env=environment, check=True)
    return sorted([*folder.glob("*.deb"), *folder.glob("*.buildinfo")])


def changed() -> str:
    """A commit of what is changed and not committed, the same for the same changes; "" where nothing is."""
    date = said("git", "log", "-1", "--format=%cI")
    return said("git", "stash", "create", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)


def unpack(commit: str, tree: Path) -> None:
    """Lay out what git tracks; `git archive` writes the commit into it."""
    tree.mkdir()
    packed = subprocess.Popen(["git", "-C", str(ROOT), "archive", commit], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(tree)], stdin=packed.stdout, check=True)
    if packed.wait():
        sys.exit("git archive failed")


def version() -> str:
    """That of the program; commits since its tag make it greater: 0.2.0+15.g0123abcd."""
    base = re.search(
        r'^__version__ = "(.+)"$', (ROOT / "sm_dns" / "__init__.py").read_text("utf-8"), re.MULTILINE
    )
    if base is None:
        sys.exit("sm_dns/__init__.py names no version")
    since = f"v{base[1]}..HEAD" if said("git", "tag", "--list", f"v{base[1]}") else "HEAD"
    count, commit = said("git", "rev-list", "--count", since), said("git", "rev-parse", "--short=8", "HEAD")
    numbered = base[1] if count == "0" else f"{base[1]}+{count}.g{commit}"
    return f"{numbered}~{system()}"


def system() -> str:
    """The system that it is for, such as debian12: each has a Python of its own."""
    told = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    return "".join(told.get(key, "").strip('"') for key in ("ID", "VERSION_ID")).replace("-", "")


def changelog(number: str, seconds: int) -> str:
    """What dpkg reads the version and the date from; what changed stands in CHANGELOG.md."""
    date = format_datetime(datetime.fromtimestamp(seconds, UTC))
    return (
        f"sm-dns ({number}) unstable; urgency=medium\n\n  * See /usr/share/doc/sm-dns/CHANGELOG.md.gz.\n\n"
        f" -- {MAINTAINER}  {date}\n"
    )


def said(*command: str, **environment: str) -> str:
    """What a command prints, which must go well."""
    surroundings = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
