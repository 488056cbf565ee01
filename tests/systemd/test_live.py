"""The units under a real systemd, installed as the documents say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.installed import installed_machine
from tests.support.machine import PYTHON, Machine
from tests.support.processes import eventually

WRITE = """
import json, sys, urllib.request
from pathlib import Path
from sm_dns.state.audit import FILE, Trail
from sm_dns.web.auth.accounts import Accounts
state = Path("/var/lib/sm-dns")
with Trail(state / FILE, "test").turn() as turn:
    file, token, kept = Accounts(state).with_token("test", "admin", "", 0, None)
    turn.change("token add", kept.id, why="a test", detail={}, files=[file])
body = json.dumps({"names": ["kedai.example"], "category": "streaming", "why": "complaint 7"}).encode()
headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
request = urllib.request.Request("http://127.0.0.1:8053/api/v1/domains", body, headers)
print(urllib.request.urlopen(request).read().decode())
"""


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which sm-dns was just installed. A sandbox that forbids it skips, whatever else it demands."""
    with installed_machine(tmp_path) as made:
        yield made


def logged(made: Machine) -> str:
    """What the service said, and what systemd says of it."""
    return (
        made.run("systemctl", "status", "--full", "--no-pager", "sm-dns").stdout
        + made.run("journalctl", "--no-pager", "--lines=50").stdout
    )


def denied(made: Machine, name: str) -> bool:
    return made.run("dig", "+short", "+time=5", "@127.0.0.1", name).stdout == "0.0.0.0\n"


def test_the_service_as_it_is_installed(installed: Machine) -> None:
    """T20: it starts, answers on port 53 as nobody of importance, writes what it must and nothing else."""
    started = installed.run("systemctl", "enable", "--now", "sm-dns")
    assert started.returncode == 0, logged(installed)
    assert denied(installed, "www.netflix.com")

    told = installed.well("systemctl", "show", "sm-dns", "-pMainPID", "-pStatusText", "-pNRestarts")
    shown = dict(line.split("=", 1) for line in told.splitlines())
    assert shown["StatusText"].startswith("headquarters ")
    pid = shown["MainPID"]
    assert installed.well("ps", "-o", "user=", "-p", pid).strip() == "sm-dns"
    capabilities = installed.well("grep", "CapEff", f"/proc/{pid}/status").split()[1]
    assert int(capabilities, 16) == 1 << 10  # CAP_NET_BIND_SERVICE

    inside = ("nsenter", "--target", pid, "--mount", "--", "touch")
    for folder in ("/etc/sm-dns/zones", "/etc/sm-dns/calendar", "/var/lib/sm-dns"):
        assert installed.run(*inside, f"{folder}/x").returncode == 0, folder
    for folder in ("/etc/sm-dns", "/etc", "/opt/sm-dns", "/var/lib"):
        assert "Read-only" in installed.run(*inside, f"{folder}/x").stderr, folder

    eventually(
        lambda: (
            installed.run("/opt/sm-dns/bin/sm-dns", "status", "--json").stdout.find("http://127.0.0.1:8053")
            > 0
        ),
        "the dashboard listens",
    )
    written = json.loads(installed.well(PYTHON, "-c", WRITE))
    assert written == {"names": [{"name": "kedai.example", "added": True}]}
    assert denied(installed, "www.kedai.example")

    installed.well("systemctl", "reload", "sm-dns")
    assert installed.well("systemctl", "show", "sm-dns", "-pMainPID", "--value").strip() == pid
    installed.well("systemctl", "stop", "sm-dns")
    assert installed.well("systemctl", "show", "sm-dns", "-pResult", "--value") == "success\n"


def status(made: Machine) -> dict[str, Any]:
    """What the running service tells root, who stands in whatever folder."""
    done = made.run("/opt/sm-dns/bin/sm-dns", "status", "--json")
    assert done.returncode in (0, 3), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def replace(made: Machine, old: str, new: str) -> None:
    """Replace lines of the configuration that match a pattern."""
    made.well("sed", "-E", "-i", f"s~^({old})$~{new}~", "/etc/sm-dns/sm-dns.yaml")


def errors_in_the_journal(made: Machine) -> str:
    made.run("journalctl", "--sync")
    return made.well("journalctl", "--no-pager", "--unit=sm-dns", "--priority=err", "--output=cat")


def counted(made: Machine) -> int:
    """How many questions are in the store."""
    program = "import sqlite3; print(sqlite3.connect('/var/lib/sm-dns/monitor/usage.db').execute(" + (
        "'SELECT coalesce(sum(queries), 0) FROM cell WHERE label = 0').fetchone()[0])"
    )
    return int(made.well(PYTHON, "-c", program))


def test_a_stop_keeps_the_last_counts_and_is_no_error(installed: Machine) -> None:
    installed.well("systemctl", "enable", "--now", "sm-dns")
    for _ in range(3):
        assert denied(installed, "www.netflix.com")
    installed.well("systemctl", "stop", "sm-dns")
    assert counted(installed) == 3
    assert errors_in_the_journal(installed) == ""


def test_who_is_on_the_network_is_known_under_the_units_filter(installed: Machine) -> None:
    """The kernel's table is read without a capability that the unit forbids."""
    for words in (
        "link add lan type bridge",
        "link set lan up",
        "addr add 10.7.0.1/24 dev lan",
        "neigh replace 10.7.0.5 lladdr 3c:22:fb:01:02:03 dev lan nud stale",
        "neigh replace fd00::5 lladdr 3c:22:fb:01:02:03 dev lan nud stale",
    ):
        installed.well("ip", *words.split())
    installed.well("systemctl", "enable", "--now", "sm-dns")
    eventually(lambda: status(installed)["monitoring"].get("devices") == 1, "one device with two addresses")
    assert not [one for one in status(installed)["findings"] if "neighbours" in one["text"]]


def test_commands_reach_a_service_on_a_disk_that_has_become_read_only(installed: Machine) -> None:
    installed.well("install", "-d", "-o", "sm-dns", "-g", "sm-dns", "-m", "750", "/var/lib/sm-dns")
    owned = "uid=sm-dns,gid=sm-dns,mode=750"
    installed.well("mount", "-t", "tmpfs", "-o", f"ro,{owned}", "tmpfs", "/var/lib/sm-dns")
    installed.run("systemctl", "enable", "--now", "sm-dns")
    assert denied(installed, "www.netflix.com"), logged(installed)
    assert [each["part"] for each in status(installed)["left_out"]] == ["state_dir"]
    installed.well("mount", "-o", f"remount,rw,{owned}", "/var/lib/sm-dns")
    installed.well("systemctl", "restart", "sm-dns")
    assert status(installed)["left_out"] == []


def test_faults_take_their_part_and_nothing_else(installed: Machine) -> None:
    """OPS-2: a certificate that only root may read, an address that comes late, a lease folder that is closed."""
    request = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    )
    files = ("-keyout", "/etc/sm-dns/tls.key", "-out", "/etc/sm-dns/tls.pem")
    installed.well(*request, "-subj", "/CN=dns.test", "-days", "90", *files)
    installed.well("chmod", "600", "/etc/sm-dns/tls.key")
    installed.well("install", "-d", "-m", "700", "/var/lib/leases")
    lease = "9999999999 3c:22:fb:01:02:03 10.0.0.1 pc *"
    installed.well("sh", "-c", f"echo '{lease}' > /var/lib/leases/dnsmasq.leases")
    replace(installed, "listen: .*", 'listen: ["127.0.0.1:53", "10.7.0.1:53"]')
    replace(installed, "  leases: .*", "  leases: [/var/lib/leases/dnsmasq.leases]")
    replace(installed, "tls: .*", 'tls: {certificate: tls.pem, key: tls.key, dot: ["127.0.0.1:853"]}')
    told = installed.run("/opt/sm-dns/bin/sm-dns", "check")
    assert told.returncode == 1, told.stdout + told.stderr
    for part in ("error: tls would be left out: ", "error: listen 10.7.0.1:53 would be left out: "):
        assert part in told.stdout
    assert "dnsmasq.leases: cannot be read: Permission denied" in told.stdout

    started = installed.run("systemctl", "enable", "--now", "sm-dns")
    assert started.returncode == 0, logged(installed)
    assert denied(installed, "www.netflix.com")
    assert sorted(one["part"] for one in status(installed)["left_out"]) == ["listen 10.7.0.1:53", "tls"]

    installed.well("ip", "addr", "add", "10.7.0.1/24", "dev", "lo")
    installed.well("chown", "sm-dns", "/etc/sm-dns/tls.key")
    installed.well("chmod", "755", "/var/lib/leases")
    eventually(lambda: status(installed)["left_out"] == [], "everything is back")
    assert installed.run("dig", "+short", "@10.7.0.1", "www.netflix.com").stdout == "0.0.0.0\n"
    assert installed.run("dig", "+short", "+tls", "@127.0.0.1", "www.netflix.com").stdout == "0.0.0.0\n"
    eventually(
        lambda: not [one for one in status(installed)["findings"] if "leases" in one["text"]],
        "leases are read",
    )
    installed.well("systemctl", "stop", "sm-dns")
    assert "Traceback" not in logged(installed)


def test_a_full_disk_at_the_start_and_while_it_runs(installed: Machine) -> None:
    installed.well("systemctl", "enable", "--now", "sm-dns")
    installed.well("systemctl", "stop", "sm-dns")
    installed.well("mount", "-t", "tmpfs", "-o", "size=1m,uid=sm-dns,gid=sm-dns", "tmpfs", "/var/lib/sm-dns")
    installed.run("dd", "if=/dev/zero", "of=/var/lib/sm-dns/filler", "bs=4k")
    assert installed.run("systemctl", "start", "sm-dns").returncode == 0, logged(installed)
    assert denied(installed, "www.netflix.com")
    installed.well("rm", "/var/lib/sm-dns/filler")
    eventually(
        lambda: installed.run("test", "-S", "/var/lib/sm-dns/control.sock").returncode == 0, "it is reached"
    )
    installed.well("systemctl", "reload", "sm-dns")
    eventually(lambda: status(installed)["left_out"] == [], "the disk is used again")
