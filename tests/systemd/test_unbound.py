"""Our own unbound under a real systemd, as the documents install it: by itself from a root, which is signed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MISSING, require, require_root
from tests.support.installed import install
from tests.support.machine import Machine, NoMachine, machine
from tests.support.processes import REPOSITORY, eventually
from tests.support.signed import Internet
from tests.systemd.test_live import status

ROOT_SERVER = "a.root-servers.net."  # unbound knows its address
ADDRESS = "198.41.0.4"
ZONES = {
    ".": (True, f"com. 3600 IN NS {ROOT_SERVER}\n{ROOT_SERVER} 3600 IN A {ADDRESS}\n"),
    "com.": (
        True,
        "".join(f"{name} 3600 IN NS {ROOT_SERVER}\n" for name in ("signed", "unsigned", "bogus")),
    ),
    "signed.com.": (True, "www 3600 IN A 198.51.100.8\n"),
    "unsigned.com.": (False, "www 3600 IN A 198.51.100.5\n"),
    "bogus.com.": (True, "www 3600 IN A 198.51.100.9\n"),
}
SM_DNS = "/opt/sm-dns/bin/sm-dns"


def furnish(layer: Path) -> Internet:
    """A root server and what it knows, the unit, and a configuration that asks it."""
    folder = layer / "srv" / "internet"
    folder.mkdir(parents=True)
    internet = Internet(folder, ZONES, ROOT_SERVER)
    bogus = internet.file("bogus.com.")
    bogus.write_text(bogus.read_text().replace("198.51.100.9", "198.51.100.66"))
    zones = "".join(
        f'zone "{origin}" {{ type primary; file "/srv/internet/{internet.file(origin).name}"; }};\n'
        for origin in internet.origins
    )
    (folder / "named.conf").write_text(
        f'options {{ directory "/srv/internet"; listen-on {{ {ADDRESS}; }}; listen-on-v6 {{ none; }}; recursion no;\n'
        f"pid-file none; session-keyfile none; dnssec-validation no; }};\ncontrols {{ }};\n{zones}"
    )
    shutil.copy(REPOSITORY / "systemd" / "sm-dns-unbound.service", layer / "etc" / "systemd" / "system")
    config = layer / "etc" / "sm-dns" / "sm-dns.yaml"
    text = config.read_text()
    for old, new in (
        ('upstreams: ["127.0.0.9"]', "upstreams: [unbound]"),
        ("signed: iana.org", "signed: www.signed.com"),
        ("unsigned: google.com", "unsigned: www.unsigned.com"),
        ("bogus: dnssec-failed.org", "bogus: www.bogus.com"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    config.write_text(text)
    return internet


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Machine]:
    require("unbound", "named", "dig")
    require_root()
    layer = tmp_path / "layer"
    install(layer)
    internet = furnish(layer)
    try:
        with machine(tmp_path, layer) as made:
            made.well("systemd-sysusers", "sm-dns.conf")
            made.well("systemd-tmpfiles", "--create", "sm-dns.conf")
            made.well("systemctl", "daemon-reload")
            tried = made.run("runuser", "-u", "sm-dns", "--", SM_DNS, "--version")
            if tried.returncode:
                raise NoMachine(f"this Python does not run elsewhere: {tried.stderr}")
            made.well("ip", "addr", "add", f"{ADDRESS}/32", "dev", "lo")
            made.well(
                "systemd-run", "--unit=root-server", "/usr/sbin/named", "-f", "-c", "/srv/internet/named.conf"
            )
            # Newer than the package's, as the key that unbound has kept is.
            made.well(
                "install", "-d", "-o", "sm-dns-unbound", "-g", "sm-dns-unbound", "/var/lib/sm-dns-unbound"
            )
            made.well("sh", "-c", f"echo '{internet.anchor}' > /var/lib/sm-dns-unbound/root.key")
            made.well("chown", "sm-dns-unbound:", "/var/lib/sm-dns-unbound/root.key")
            yield made
    except NoMachine as why:
        pytest.skip(f"{MISSING}a systemd of its own ({why})")


def journal(made: Machine) -> str:
    return made.run("journalctl", "--no-pager", "--lines=80").stdout


def ask(made: Machine, name: str) -> str:
    return made.run("dig", "+time=5", "+adflag", "@127.0.0.1", name).stdout


def is_checked(made: Machine) -> bool:
    told = ask(made, "www.signed.com")
    return "198.51.100.8" in told and " ad;" in told


def test_it_resolves_from_the_root_and_checks_what_is_signed(installed: Machine) -> None:
    early = installed.run("systemctl", "start", "sm-dns-unbound")
    assert early.returncode != 0  # sm-dns has written no configuration yet
    assert installed.run("systemctl", "enable", "--now", "sm-dns").returncode == 0, journal(installed)
    started = installed.run("systemctl", "enable", "--now", "sm-dns-unbound")
    assert started.returncode == 0, journal(installed)
    eventually(lambda: is_checked(installed), "it resolves")
    assert " ad;" not in ask(installed, "www.unsigned.com")
    assert "SERVFAIL" in ask(installed, "www.bogus.com")
    assert "0.0.0.0" in ask(installed, "www.netflix.com") and " ad;" not in ask(installed, "www.netflix.com")
    assert installed.run("test", "-s", "/var/lib/sm-dns-unbound/root.key").returncode == 0

    told = installed.well("systemctl", "show", "sm-dns-unbound", "-pMainPID", "--value").strip()
    assert installed.well("ps", "-o", "user:20=", "-p", told).strip() == "sm-dns-unbound"
    assert int(installed.well("grep", "CapEff", f"/proc/{told}/status").split()[1], 16) == 0
    inside = ("nsenter", "--target", told, "--mount", "--")
    assert "audit.jsonl" not in installed.run(*inside, "ls", "/var/lib/sm-dns").stdout
    assert "Read-only" in installed.run(*inside, "touch", "/etc/unbound/x").stderr

    installed.well(SM_DNS, "nta", "add", "bogus.com", "--until", "24:00", "--reason", "its owner knows")
    eventually(lambda: "198.51.100.66" in ask(installed, "www.bogus.com"), "it is not checked")
    installed.well("systemctl", "restart", "sm-dns-unbound")
    # It is the service, which is no root, that puts it in again.
    asked = ("dig", "+time=5", "-p", "53535", "@127.0.0.1", "www.bogus.com")
    eventually(lambda: "198.51.100.66" in installed.run(*asked).stdout, "it is put in again", 60)
    eventually(
        lambda: not [one for one in status(installed)["findings"] if "trust anchors" in one["text"]],
        "and all is well",
        60,
    )
