"""A host to set up that is only values, and answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sm_dns.lan.own_addresses import DefaultRoute, OwnAddress
from sm_dns.settings import yaml_source
from sm_dns.setup.asking.known import Known
from sm_dns.setup.findings import ClockSeen, HostFindings, ResolvConf
from sm_dns.setup.host import Host, Ran, run
from sm_dns.setup.plan import site_files
from sm_dns.setup.port_holder import PortHolder
from sm_dns.setup.upstream_seen import UpstreamSeen
from sm_dns.util.message import NOTHING, Message

STUB = PortHolder("127.0.0.53", "udp", "resolved", "systemd-resolve", 99, "systemd-resolved.service", "")
GOOD = UpstreamSeen("10.0.0.2", 4, True, True, True, NOTHING)
PLAIN = UpstreamSeen("10.0.0.3", 4, True, False, False, NOTHING)
SILENT = UpstreamSeen("10.0.0.4", None, False, False, None, Message("connection refused"))
FINDINGS = HostFindings(
    addresses=(
        OwnAddress("lo", "127.0.0.1", 8, False, True, False),
        OwnAddress("ens18", "10.0.0.5", 24, True, True, False),
        OwnAddress("ens18", "fd00::5", 64, True, False, False),
        OwnAddress("lo", "::1", 128, False, True, False),
    ),
    routes=(DefaultRoute("ens18", "10.0.0.1", 4), DefaultRoute("ens18", "fe80::1", 6)),
    holders=(STUB,),
    resolv_conf=ResolvConf("../run/systemd/resolve/stub-resolv.conf", True, ("10.0.0.2",)),
    upstreams=(GOOD, PLAIN, SILENT),
    is_intercepted=False,
    clock=ClockSeen("Asia/Kuala_Lumpur", True),
    has_systemd=True,
)
ANSWERS: dict[str, Any] = {
    "agency_ms": "Jabatan Contoh",
    "agency_en": "Example Department",
    "contact": "ICT, ext. 100",
}
"""What no host tells."""


def known(host: Host, findings: HostFindings = FINDINGS, *, was_set_up: bool = False) -> Known:
    """What is known of a host with these findings."""
    files = site_files(host, host.file("/etc/sm-dns/sm-dns.yaml"))
    return Known(
        findings, yaml_source.parse(files.start, files.config).value, was_set_up, can_show=True, can_sign=True
    )


@dataclass
class Commands:
    """Runs no command of systemd, but notes it and gives the exit code that is said for it; openssl is real."""

    codes: dict[str, int] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> Ran:
        if command[0] == "openssl":
            return run(command)
        words = " ".join(command)
        self.ran.append(words)
        return Ran(self.codes.get(words, 0), f"what {command[1]} says")

    @property
    def changing(self) -> list[str]:
        """Those that change anything."""
        return [each for each in self.ran if each.split()[1] not in ("is-active", "is-enabled", "cat")]


def running_host(root: Path, **codes: int) -> tuple[Host, Commands]:
    """A host below a folder whose systemd is `Commands`. codes: of `systemctl WORDS`, written WORDS."""
    (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    (root / "etc").mkdir(exist_ok=True)
    commands = Commands({f"systemctl {words}": code for words, code in codes.items()})
    return Host(root, commands), commands
