"""The image: small, and run as a host runs it, read-only, by a user who may bind to port 53 and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MISSING, lacking, require, require_root
from tests.support.container import CAPABILITY, Container, NoContainer, container
from tests.support.processes import REPOSITORY, eventually

BUILD = REPOSITORY / "packaging" / "image" / "build.py"
BUILD_SECONDS = 900
MAX_BYTES = 150_000_000
NET_BIND_SERVICE = 1 << 10  # linux/capability.h
pytestmark = pytest.mark.timeout(2_400)


@pytest.fixture(scope="module")
def image(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image of this checkout; one that was built before where `SM_DNS_IMAGE` names it."""
    named = os.environ.get("SM_DNS_IMAGE")
    if named:
        return Path(named)
    require_root()
    folder = tmp_path_factory.mktemp("image")
    command = [sys.executable, str(BUILD), "--deb", str(package), "--output", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    if "first: sudo apt-get install" in done.stderr:
        lacking(done.stderr.strip())
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    (made,) = folder.glob("*.image.tar")
    return made


@pytest.fixture
def running(image: Path, tmp_path: Path) -> Iterator[Container]:
    require("crun", "dig")
    try:
        with container(image, tmp_path) as made:
            yield made
        assert Path("/dev/null").stat().st_uid == 0, "the container was given something of this machine's"
    except NoContainer as why:
        pytest.skip(f"{MISSING}containers ({why})")


def test_it_is_small(image: Path) -> None:
    size = image.stat().st_size
    print(f"the image has {size / 1e6:.0f} MB")
    assert size <= MAX_BYTES


def test_it_answers_with_a_root_that_is_read_only_and_one_capability(running: Container) -> None:
    eventually(lambda: running.asked("www.netflix.com") == "0.0.0.0", "it answers")
    status = Path(f"/proc/{running.pid}/status").read_text()
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert told["Uid"].split() == [running.settings["User"].split(":")[0]] * 4
    assert int(told["CapBnd"], 16) == NET_BIND_SERVICE, CAPABILITY
    written = running.run("/opt/sm-dns/bin/python3", "-c", "open('/etc/sm-dns/new', 'w')")
    assert "Read-only file system" in written.stderr
    assert running.run("/usr/bin/sm-dns", "--version").stdout.count("native") == 1


def test_all_of_it_is_there_reports_in_pdf_too(running: Container) -> None:
    days = ("--from", "2026-08-01", "--to", "2026-08-31")
    command = ("/usr/bin/sm-dns", "report", "usage", *days, "--format", "pdf", "--output", "/tmp/usage.pdf")
    done = running.run(*command)
    assert done.returncode == 0, done.stderr
    days_of = "import holidays; print(len(holidays.country_holidays('MY', 'PJY', 2026)))"
    assert int(running.run("/opt/sm-dns/bin/python3", "-c", days_of).stdout) > 10


def test_its_health_check_tells_whether_it_answers(running: Container) -> None:
    kind, *command = running.settings["Healthcheck"]["Test"]
    assert kind == "CMD"
    assert running.run(*command).returncode == 0
    os.kill(running.pid, signal.SIGSTOP)
    assert running.run(*command).returncode == 1
    os.kill(running.pid, signal.SIGCONT)
    assert running.run(*command).returncode == 0
