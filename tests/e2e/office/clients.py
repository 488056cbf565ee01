"""Clients of the office: they use what DHCP and router advertisements told them, by programs that are real."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from tests.e2e.office.building import Building
from tests.support.network import IP
from tests.support.processes import eventually

# What a phone or a small device has: DHCPv4 alone, and a script that does what it is told.
_SCRIPT = f"""\
#!/bin/sh
case "$1" in
  deconfig) {IP} -4 addr flush dev "$interface" ;;
  bound|renew)
    {IP} addr replace "$ip/$mask" dev "$interface"
    for each in $router; do {IP} route replace default via "$each"; done
    for each in $dns; do echo "nameserver $each"; done >/etc/resolv.conf ;;
esac
"""
# What a workstation has: DHCPv4 and router advertisements by one program. Where it keeps them is each client's own.
_OWN_PLACE = 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib/dhcpcd && exec "$@"'
_WORKSTATION = "duid ll\nslaac hwaddr\nnoarp\ntimeout 30\noption domain_name_servers, routers\n"


class Client:
    """It has no address yet; `boot` by one of the two programs below."""

    def __init__(self, building: Building, name: str, switch: str) -> None:
        self.name = name
        self.hardware = building.connect(name, switch)
        self._building = building
        self._resolv_conf = building.net.own_file(name, "resolv.conf")

    def boot_phone(self) -> None:
        """By busybox's udhcpc."""
        script = self._file("script", _SCRIPT)
        script.chmod(0o755)
        words = (
            "-f",
            "-i",
            "lan",
            "-s",
            str(script),
            "-t",
            "10",
            "-T",
            "1",
            "-A",
            "1",
            "-x",
            f"hostname:{self.name}",
        )
        self._boot("udhcpc", *words)

    def boot_workstation(self) -> None:
        """By dhcpcd."""
        own = self._file("conf", f"hostname {self.name}\n{_WORKSTATION}")
        self._boot("sh", "-c", _OWN_PLACE, "sh", "dhcpcd", "-B", "-f", str(own), "lan")

    def renew_phone(self) -> None:
        """Ask for its lease again now; by itself it would at half its time."""
        self._program.send(signal.SIGUSR1)

    @property
    def name_servers(self) -> list[str]:
        """Whom it asks, in its order."""
        return re.findall(r"^nameserver (\S+)", self._resolv_conf.read_text(), re.MULTILINE)

    @property
    def address(self) -> str:
        """Its IPv4 address; "" while it has none."""
        found = re.search(
            r"inet ([\d.]+)", self._building.said(self.name, IP, "-4", "-o", "addr", "show", "lan")
        )
        return found[1] if found else ""

    def ask(self, name: str, *options: str) -> list[str]:
        """What its name servers say, as programs on it ask them; nothing where none answers."""
        said = self._building.said(self.name, "dig", "+short", "+time=2", "+tries=1", *options, name)
        return [line for line in said.splitlines() if not line.startswith(";")]

    def wait_for(self, *servers: str) -> None:
        """Wait until it was told of just these name servers, in this order."""
        eventually(lambda: self.name_servers == list(servers), f"{self.name} asks {servers}")

    @property
    def prefix(self) -> tuple[str, ...]:
        """What a command starts with to run on it."""
        return self._building.net.on(self.name)

    def _boot(self, *command: str) -> None:
        self._program = self._building.run(self.name, *command, on=self.name)

    def _file(self, kind: str, text: str) -> Path:
        path = self._building.directory / f"{self.name}.{kind}"
        path.write_text(text)
        return path
