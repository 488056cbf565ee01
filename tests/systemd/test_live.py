"""The units under a real systemd, installed as the documents say."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machine import ENVIRONMENT, PYTHON, Machine, NoMachine, machine
from tests.support.processes import REPOSITORY, eventually

WRITE = """
import json, sys, urllib.request
from pathlib import Path
from sm_dns.control.audit import FILE, Trail
from sm_dns.web.accounts import Accounts
state = Path("/var/lib/sm-dns")
with Trail(state / FILE, "test").turn() as turn:
    file, token, kept = Accounts(state).with_token("test", "admin", "", 0, None)
    turn.change("token add", kept.id, why="a test", detail={}, files=[file])
body = json.dumps({"names": ["kedai.example"], "category": "streaming", "why": "complaint 7"}).encode()
headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
request = urllib.request.Request("http://127.0.0.1:8053/api/v1/domains", body, headers)
print(urllib.request.urlopen(request).read().decode())
"""


def install(layer: Path) -> None:
    """Lay the files out as docs/install.md does, with the program of this checkout."""
    program = layer / "opt" / "sm-dns" / "bin" / "sm-dns"
    program.parent.mkdir(parents=True)
    program.write_text(
        "#!/bin/sh\n"
        + "".join(f"export {name}={value}\n" for name, value in ENVIRONMENT.items())
        + f'exec {PYTHON} -B -m sm_dns.cli.main "$@"\n'
    )
    program.chmod(0o755)
    for folder, kind in (("sysusers.d", "sysusers"), ("tmpfiles.d", "tmpfiles")):
        (layer / "etc" / folder).mkdir(parents=True)
        shutil.copy(REPOSITORY / "systemd" / f"sm-dns.{kind}", layer / "etc" / folder / "sm-dns.conf")
    units = layer / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    shutil.copy(REPOSITORY / "systemd" / "sm-dns.service", units)
    config = layer / "etc" / "sm-dns"
    shutil.copytree(REPOSITORY / "config", config)
    text = (config / "sm-dns.yaml").read_text()
    for old, new in (
        ('listen: ["127.0.0.1:5335", "[::1]:5335"]', 'listen: ["127.0.0.1:53", "[::1]:53"]'),
        ("upstreams: [system]", 'upstreams: ["127.0.0.9"]'),
        ("state_dir: ../var", ""),
        ("  listen: []  ", '  listen: ["127.0.0.1:8053"]'),
    ):
        assert old in text
        text = text.replace(old, new)
    (config / "sm-dns.yaml").write_text(text)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which sm-dns was just installed. A sandbox that forbids it skips, whatever else it demands."""
    if os.geteuid() != 0:
        pytest.skip("only root makes namespaces")
    layer = tmp_path / "layer"
    install(layer)
    try:
        with machine(tmp_path, layer) as made:
            made.well("systemd-sysusers", "sm-dns.conf")
            made.well("systemd-tmpfiles", "--create", "sm-dns.conf")
            made.well("systemctl", "daemon-reload")
            tried = made.run("runuser", "-u", "sm-dns", "--", "/opt/sm-dns/bin/sm-dns", "--version")
            if tried.returncode:
                raise NoMachine(f"this Python does not run elsewhere: {tried.stderr}")
            yield made
    except NoMachine as why:
        pytest.skip(str(why))


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
    assert shown["StatusText"].startswith("default ")
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
