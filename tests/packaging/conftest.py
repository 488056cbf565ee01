"""One package for all tests, and machines to install it on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MISSING, lacking
from tests.support.bare import Bare
from tests.support.machine import Machine, NoMachine, bare_machine
from tests.support.processes import REPOSITORY
from tests.support.roots import root, suite

BUILD = REPOSITORY / "packaging" / "deb" / "build.py"
BUILD_SECONDS = 1_500
LACKS = "first: sudo apt-get install"
PACKAGES = Path("srv")  # where they lie in a machine
LATER = "+later"


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of this checkout; one that was built before where `SM_DNS_DEB` names it."""
    named = os.environ.get("SM_DNS_DEB")
    if named:
        return Path(named)
    return built(tmp_path_factory.mktemp("package"))


def wanted_suite() -> str:
    """The suite of Debian that the package is for: `SM_DNS_SUITE`, else that of this machine."""
    return os.environ.get("SM_DNS_SUITE") or suite()


def built(folder: Path) -> Path:
    """Build the package into a folder."""
    if os.environ.get("SM_DNS_SUITE") not in (None, "", suite()):
        return built_elsewhere(folder)
    command = [sys.executable, str(BUILD), "--output", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_SECONDS)
    return _made(folder, done)


def built_elsewhere(folder: Path) -> Path:
    """The same by the same recipe on a bare system of another suite, with that one's compiler and Python."""
    layer, output = folder / "layer", folder / "output"
    for each in (layer, output):
        each.mkdir()
    git = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    places = {REPOSITORY, Path(git.stdout.strip())}
    seen = [(place, str(place), "rw") for place in sorted(places)] + [(output, "/srv/output", "rw")]
    there = Bare(root(wanted_suite()), layer, seen)
    command = ("python3", str(BUILD), "--output", "/srv/output")
    lacks = there.run(*command, seconds=BUILD_SECONDS).stderr.partition(LACKS)[2]
    assert "build-essential" in lacks, "on a bare system everything is missing, and is named"
    there.install(*lacks.split(), seconds=BUILD_SECONDS)
    return _made(output, there.run(*command, seconds=BUILD_SECONDS))


def _made(folder: Path, done: subprocess.CompletedProcess[str]) -> Path:
    if LACKS in done.stderr:
        lacking(done.stderr.strip())
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    (made,) = folder.glob("*.deb")
    return made


@pytest.fixture(scope="session")
def later(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program as a later version."""
    folder = tmp_path_factory.mktemp("later")
    tree, made = folder / "tree", folder / "later.deb"
    subprocess.run(["dpkg-deb", "-R", str(package), str(tree)], check=True)
    control = tree / "DEBIAN" / "control"
    text = control.read_text()
    version = text.partition("\nVersion: ")[2].partition("\n")[0]
    control.write_text(text.replace(f"\nVersion: {version}\n", f"\nVersion: {version}{LATER}\n"))
    packed = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", str(tree), str(made)]
    subprocess.run(packed, check=True, capture_output=True)
    return made


@pytest.fixture
def bare(tmp_path: Path, package: Path, later: Path) -> Iterator[Machine]:
    """A Debian of the package's suite with a systemd that runs, without a network; both packages lie in `/srv`."""
    layer = tmp_path / "layer"
    (layer / PACKAGES).mkdir(parents=True)
    os.link(package, layer / PACKAGES / "sm-dns.deb")
    os.link(later, layer / PACKAGES / "later.deb")
    try:
        with bare_machine(tmp_path, root(wanted_suite()), layer) as made:
            yield made
    except NoMachine as why:
        pytest.skip(f"{MISSING}a systemd of its own ({why})")
