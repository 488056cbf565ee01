"""`sm-dns setup` and `sm-dns uninstall` on a machine with systemd and systemd-resolved, in an office of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MISSING, lacking, require, require_root
from tests.support.installed import install
from tests.support.machine import Machine, NoMachine, machine
from tests.support.processes import REPOSITORY, eventually
from tests.support.terminal import Terminal, terminal_of
from tests.systemd.test_live import logged

pytestmark = pytest.mark.timeout(600)
RESOLVED = Path("usr/lib/systemd/systemd-resolved")
COMMAND = "/opt/sm-dns/bin/sm-dns"
DOWNLOAD_SECONDS = 60
UPSTREAM = """\
server:
  interface: 10.0.0.2
  access-control: 10.0.0.0/24 allow
  username: ""
  chroot: ""
  use-syslog: no
  do-daemonize: no
  pidfile: ""
  module-config: iterator
  local-zone: . static
  local-data: "iana.org. A 192.0.43.8"
  local-data: "www.iana.org. A 192.0.46.8"
  local-data: "dnssec-failed.org. A 96.99.227.255"
  local-data: "www.facebook.com. A 157.240.13.35"
"""
OFFICE = (
    "ip netns add other",
    "ip link add ens18 type veth peer name lan netns other",
    "ip addr add 10.0.0.5/24 dev ens18",
    "ip link set ens18 up",
    "ip netns exec other ip addr add 10.0.0.2/24 dev lan",
    "ip netns exec other ip addr add 10.0.0.77/24 dev lan",
    "ip netns exec other ip link set lan up",
    "ip route add default via 10.0.0.1",
    "systemd-run --quiet ip netns exec other unbound -c /srv/upstream.conf",
)


def with_resolved(layer: Path, folder: Path) -> None:
    """Have systemd-resolved in a layer: this machine's, or the one of its package. Skips the test without one."""
    (layer / "etc/systemd/resolved.conf.d").mkdir(parents=True, exist_ok=True)
    (layer / "etc/systemd/resolved.conf.d/office.conf").write_text("[Resolve]\nDNS=10.0.0.2\nFallbackDNS=\n")
    if (Path("/") / RESOLVED).exists():
        return
    require("apt-get", "dpkg-deb")
    folder.mkdir()
    folder.chmod(0o777)
    fetch = ["apt-get", "download", "systemd-resolved"]
    done = subprocess.run(fetch, cwd=folder, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
    packages = list(folder.glob("*.deb"))
    if done.returncode or not packages:
        lacking("systemd-resolved")
    subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(folder / "tree")], check=True)
    for part in ("usr", "lib"):  # of a merged system: what lies in lib goes to usr/lib
        if (folder / "tree" / part).is_dir():
            shutil.copytree(
                folder / "tree" / part, layer / ("usr" if part == "usr" else "usr/lib"), dirs_exist_ok=True
            )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Machine]:
    """A server as its package leaves it, with systemd-resolved in front and an upstream in its LAN."""
    require("unbound", "ip", "openssl", "dig", "curl")
    require_root()
    layer = tmp_path / "layer"
    install(layer)
    with_resolved(layer, tmp_path / "package")
    config = layer / "etc/sm-dns/sm-dns.yaml"
    text = (REPOSITORY / "config/sm-dns.yaml").read_text().replace("state_dir: ../var\n", "")
    config.write_text(text.replace('["127.0.0.1:5335", "[::1]:5335"]', '["127.0.0.1:53", "[::1]:53"]'))
    (layer / "srv").mkdir()
    (layer / "srv/upstream.conf").write_text(UPSTREAM)
    try:
        with machine(tmp_path, layer) as made:
            made.well("systemd-sysusers")
            made.well("systemd-tmpfiles", "--create", "sm-dns.conf")
            for command in OFFICE:
                made.well(*command.split())
            made.well("systemctl", "restart", "systemd-resolved")
            made.well("ln", "-sf", "../run/systemd/resolve/stub-resolv.conf", "/etc/resolv.conf")
            made.well("systemctl", "enable", "--now", "sm-dns")
            eventually(lambda: bool(ask(made, "10.0.0.2", "iana.org")), "the upstream answers")
            yield made
    except NoMachine as why:
        pytest.skip(f"{MISSING}a systemd of its own ({why})")


def ask(made: Machine, server: str, name: str) -> str:
    """What a device of the office is answered."""
    words = ("dig", "+short", "+time=1", "+tries=1", f"@{server}", name)
    return made.run("ip", "netns", "exec", "other", *words).stdout.strip()


def is_served(made: Machine, link: str) -> bool:
    """Whether a browser of the office gets a page, with a certificate that it does not know."""
    command = (
        "ip",
        "netns",
        "exec",
        "other",
        "curl",
        "--silent",
        "--insecure",
        "--output",
        "/dev/null",
        link,
    )
    return made.run(*command).returncode == 0


def holders(made: Machine) -> str:
    return made.well("cat", "/proc/net/udp")


def answer(terminal: Terminal, *typed: str) -> None:
    for line in typed:
        terminal.wait_for("> ")
        terminal.type(line)


def set_up(made: Machine, *typed: str, exit_code: int = 0) -> str:
    """What the command shows to somebody who types these lines."""
    environment = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    with terminal_of(*made.within(COMMAND, "setup"), environment=environment) as terminal:
        answer(terminal, *typed)
        code = terminal.end()
        assert code == exit_code, terminal.shown + logged(made)
        return terminal.shown


FIRST = (
    "",
    "",
    "",
    "",
    "",
    "",
    "Jabatan Contoh",
    "Example Department",
    "ICT, ext. 100",
    "",
    "",
    "",
    "no",
    "",
)


def test_an_office_from_the_first_question_to_the_first_answer_and_out_again(office: Machine) -> None:
    assert "refused" in ask(office, "10.0.0.5", "www.iana.org")
    said = set_up(office, *FIRST)
    keep(said)
    assert "10.0.0.2 resolves, in" in said and "does not validate DNSSEC" in said
    assert "the service was started again" in said
    assert "www.iana.org: 192.0.46.8" in said and "www.facebook.com: " in said
    assert "Dashboard: https://10.0.0.5:8443/" in said
    assert "sudo cat /var/lib/sm-dns/web/first-run-token" in said
    assert ask(office, "10.0.0.5", "www.iana.org") == "192.0.46.8"
    assert ask(office, "10.0.0.5", "www.netflix.com") == "0.0.0.0"
    checked = office.run(COMMAND, "check")
    assert checked.returncode == 0, checked.stdout
    eventually(lambda: is_served(office, "https://10.0.0.5:8443/"), "the dashboard is there")

    again = set_up(office, *[""] * 13)
    assert "Nothing is to be changed: everything is as these answers say." in again

    freed = set_up(office, "0.0.0.0", "yes", *[""] * 13)
    assert "systemd-resolved has given up port 53" in freed
    assert "3500007F:0035" not in holders(office)
    assert ask(office, "10.0.0.5", "www.iana.org") == "192.0.46.8"
    assert office.well("readlink", "/etc/resolv.conf").strip() == "/run/systemd/resolve/resolv.conf"

    gone = office.well(COMMAND, "uninstall", "--yes")
    assert "/etc/resolv.conf is as before" in gone and "/var/lib/sm-dns stays" in gone
    assert office.well("readlink", "/etc/resolv.conf").strip() == "../run/systemd/resolve/stub-resolv.conf"
    assert office.run("systemctl", "is-active", "sm-dns").returncode != 0
    assert office.run("systemctl", "is-enabled", "sm-dns").returncode != 0
    assert "3500007F:0035" in holders(office)
    assert office.run("test", "-e", "/var/lib/sm-dns/audit.jsonl").returncode == 0


def keep(shown: str) -> None:
    """Leave what was shown in a file for docs/quickstart.md, where `SM_DNS_TRANSCRIPT` names one."""
    named = os.environ.get("SM_DNS_TRANSCRIPT")
    if named:
        Path(named).write_text(shown)
