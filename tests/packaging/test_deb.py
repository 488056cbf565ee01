"""The package as somebody installs it who has it on a stick: without a network, on a bare system."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import require
from tests.packaging.conftest import LATER, built
from tests.support.machine import Machine

APT_SECONDS = 60  # zero to first answer without a network, as the package promises
ASK_SECONDS = 0.05  # between two questions while it is upgraded
SETTLE_SECONDS = 2.0  # in which the service has started again
PATIENCE = 15  # seconds for an answer of whom the socket unit keeps waiting
pytestmark = pytest.mark.timeout(1_800)


def apt(made: Machine, *words: str) -> str:
    """What apt-get says, which must go well and ask nobody."""
    command = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", *words)
    done = made.run(*command, seconds=APT_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def answer(made: Machine, name: str, seconds: int = 1) -> str:
    return made.run("dig", "+short", f"+time={seconds}", "+tries=1", "@127.0.0.1", name).stdout.strip()


def version(made: Machine) -> str:
    return made.well("dpkg-query", "-W", "-f=${Version}", "sm-dns")


def test_it_is_what_a_package_should_be(package: Path) -> None:
    require("lintian")
    done = subprocess.run(
        ["lintian", "--fail-on", "error", "--allow-root", str(package)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_says_what_is_inside_with_its_licences(bare: Machine) -> None:
    apt(bare, "install", "/srv/sm-dns.deb")
    papers = "/usr/share/doc/sm-dns"
    bill = json.loads(bare.well("cat", f"{papers}/sbom.cdx.json"))
    assert bill["bomFormat"] == "CycloneDX"
    named = {part["name"].casefold() for part in bill["components"]}
    listed = bare.well("sh", "-c", "ls -d /opt/sm-dns/lib/python3.*/site-packages/*.dist-info").split()
    inside = {re.sub(r"[-_.]+", "-", Path(one).name.partition("-")[0]).casefold() for one in listed}
    assert {re.sub(r"[-_.]+", "-", one) for one in named} | {"sm-dns"} == inside
    rows = bare.well("sh", "-c", f"zcat -f {papers}/licences.txt*").splitlines()
    assert len([row for row in rows if ": " in row]) == len(inside)


def test_from_nothing_to_the_first_answer_and_back_to_nothing(bare: Machine) -> None:
    apt(bare, "install", "/srv/sm-dns.deb")
    assert answer(bare, "www.netflix.com") == "0.0.0.0"
    assert bare.well("systemctl", "is-enabled", "sm-dns.service").strip() == "enabled"
    for unit in ("sm-dns.socket", "sm-dns-unbound.service"):
        assert bare.run("systemctl", "is-enabled", unit).stdout.strip() == "disabled"
    told = bare.well("sm-dns", "--version")
    assert "native" in told
    assert "Python 3." in told
    assert bare.run("sm-dns", "check").returncode == 0
    assert bare.well("test", "-s", "/usr/share/bash-completion/completions/sm-dns") == ""
    assert bare.well("test", "-s", "/usr/share/man/man1/sm-dns-exempt.1.gz") == ""

    granted = "--group headquarters --service netflix --for 2h --reason test --approver test"
    bare.well("sm-dns", "exempt", "add", *granted.split())
    apt(bare, "remove", "sm-dns")
    assert answer(bare, "www.netflix.com") != "0.0.0.0"
    for path in ("/etc/sm-dns/sm-dns.yaml", "/var/lib/sm-dns/exemptions.json", "/var/lib/sm-dns/audit.jsonl"):
        assert bare.run("test", "-e", path).returncode == 0, path
    for path in ("/opt/sm-dns", "/usr/bin/sm-dns", "/usr/lib/systemd/system/sm-dns.service"):
        assert bare.run("test", "-e", path).returncode, path

    apt(bare, "install", "/srv/sm-dns.deb")
    assert "netflix" in bare.well("sm-dns", "exempt", "list")
    said = apt(bare, "purge", "sm-dns")
    assert "rm -rf /var/lib/sm-dns" in said
    assert bare.run("test", "-e", "/etc/sm-dns/sm-dns.yaml").returncode
    assert bare.well("test", "-e", "/var/lib/sm-dns/audit.jsonl") == ""
    assert bare.run("test", "-e", "/var/lib/sm-dns/generations").returncode


class Asking:
    """Asks for a denied name again and again: the longest time without the right answer, in seconds, and what came
    instead of it."""

    def __init__(self, made: Machine, patience: int) -> None:
        self.longest = 0.0
        self.others: list[str] = []
        self._made = made
        self._patience = patience

    def run(self, ended: threading.Event) -> None:
        last = time.monotonic()
        while not ended.wait(ASK_SECONDS):
            found = answer(self._made, "www.netflix.com", self._patience)
            if found == "0.0.0.0":
                now = time.monotonic()
                self.longest, last = max(self.longest, now - last), now
            else:
                self.others.append(found)


@contextmanager
def asking(made: Machine, patience: int = 1) -> Iterator[Asking]:
    """Ask while the block runs, and wait so many seconds for each answer."""
    ended, asks = threading.Event(), Asking(made, patience)
    thread = threading.Thread(target=asks.run, args=(ended,))
    thread.start()
    try:
        yield asks
    finally:
        ended.set()
        thread.join()


def stays(made: Machine) -> None:
    """Make something of the site's own, which an upgrade must keep."""
    made.well("sh", "-c", "echo '# of the site' >>/etc/sm-dns/sm-dns.yaml")
    made.well("sm-dns", "domains", "add", "kedai.example", "--category", "streaming", "--reason", "a test")


def has_stayed(made: Machine) -> bool:
    """Whether that is there and holds."""
    return (
        made.well("tail", "-1", "/etc/sm-dns/sm-dns.yaml") == "# of the site\n"
        and "kedai.example" in made.well("sm-dns", "domains", "list")
        and answer(made, "www.kedai.example") == "0.0.0.0"
    )


def test_the_way_forward_and_the_way_back(bare: Machine) -> None:
    """Answers are missing about as long as for a restart, which takes some tenths of a second on a quiet machine."""
    apt(bare, "install", "/srv/sm-dns.deb")
    stays(bare)
    before = version(bare)
    with asking(bare) as restarting:
        bare.well("systemctl", "restart", "sm-dns")
        time.sleep(SETTLE_SECONDS)
    for file, wanted in (("later", f"{before}{LATER}"), ("sm-dns", before)):
        with asking(bare) as upgrading:
            apt(bare, "install", "--allow-downgrades", f"/srv/{file}.deb")
            time.sleep(SETTLE_SECONDS)
        print(
            f"{file}: {upgrading.longest:.2f} s without an answer, {restarting.longest:.2f} s for a restart"
        )
        assert version(bare) == wanted
        assert has_stayed(bare)
        assert upgrading.longest < 3 * restarting.longest


def test_with_the_socket_unit_no_question_is_lost_on_the_way(bare: Machine) -> None:
    apt(bare, "install", "/srv/sm-dns.deb")
    bare.well("systemctl", "stop", "sm-dns.service")
    bare.well("systemctl", "enable", "--now", "sm-dns.socket", "sm-dns.service")
    stays(bare)
    for file in ("later", "sm-dns"):
        with asking(bare, PATIENCE) as upgrading:
            apt(bare, "install", "--allow-downgrades", f"/srv/{file}.deb")
            time.sleep(SETTLE_SECONDS)
        assert upgrading.others == []
        assert has_stayed(bare)


def test_two_builds_are_one_package(package: Path, tmp_path: Path) -> None:
    again = built(tmp_path)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(package.read_bytes()).digest()
