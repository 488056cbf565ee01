"""What tells clients of the resolvers: Kea with a relay and radvd, or a router that does it all."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from typing import Any

from tests.e2e.office.building import FIRST, GATEWAYS, PREFIXES, SECOND, Building
from tests.support.processes import Process, eventually

DHCP = "10.77.0.67"
RENEW_SECONDS = 5  # after which clients ask again
LEASE_SECONDS = 120


def _pool(switch: str) -> tuple[str, str]:
    net = GATEWAYS[switch].rpartition(".")[0]
    return f"{net}.100", f"{net}.199"


class Kea:
    """Kea's DHCPv4 on a host of its own; `leases` is its file."""

    def __init__(self, building: Building) -> None:
        building.add_server("dhcp", f"{DHCP}/24")
        self.leases = building.directory / "kea-leases4.csv"
        self._config = building.directory / "kea.json"
        self._building = building
        self._process: Process | None = None

    def tell(self, *servers: str) -> None:
        """Tell clients of these name servers: those that come, and the others when they renew."""
        settings = {
            "interfaces-config": {"interfaces": ["lan"], "dhcp-socket-type": "raw"},
            "lease-database": {"type": "memfile", "persist": True, "name": str(self.leases)},
            "valid-lifetime": LEASE_SECONDS,
            "renew-timer": RENEW_SECONDS,
            "option-data": [{"name": "domain-name-servers", "data": ", ".join(servers)}],
            "subnet4": [self._subnet(1, FIRST), self._subnet(2, SECOND)],
        }
        self._config.write_text(json.dumps({"Dhcp4": settings}))
        if self._process is not None:
            self._process.send(signal.SIGHUP)
            return
        place = str(self._building.directory)
        places = {"KEA_LOCKFILE_DIR": place, "KEA_PIDFILE_DIR": place}
        self._process = self._building.run("kea", "kea-dhcp4", "-c", str(self._config), on="dhcp", **places)
        eventually(self.leases.exists, "Kea is there")

    def _subnet(self, number: int, switch: str) -> dict[str, Any]:
        low, high = _pool(switch)
        return {
            "id": number,
            "subnet": f"{low.rpartition('.')[0]}.0/24",
            "pools": [{"pool": f"{low} - {high}"}],
            "option-data": [{"name": "routers", "data": GATEWAYS[switch]}],
        }


class Router:
    """dnsmasq on the gateway, as a router of a small office has it: DHCPv4 of both floors, and router advertisements
    of the first; `leases` is its file."""

    def __init__(self, building: Building, advertised: Sequence[str]) -> None:
        self.leases = building.directory / "dnsmasq.leases"
        names = ",".join(f"[{each}]" for each in advertised)
        self._advertised = (f"--dhcp-option=option6:dns-server,{names}",) if names else ()
        self._building = building
        self._process: Process | None = None

    def tell(self, *servers: str) -> None:
        """Tell clients of these name servers; it reads its options only as it starts."""
        if self._process is not None:
            self._process.stop()
        floors = ("--dhcp-range=" + ",".join((*_pool(each), f"{LEASE_SECONDS}s")) for each in (FIRST, SECOND))
        self._process = self._building.run(
            "dnsmasq",
            *(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--port=0",
                "--user=root",
                "--no-ping",
            ),
            *(f"--interface={FIRST}", f"--interface={SECOND}", *floors, f"--dhcp-leasefile={self.leases}"),
            *("--enable-ra", f"--dhcp-range={PREFIXES[FIRST]},ra-only", *self._advertised),
            f"--dhcp-option=option:dns-server,{','.join(servers)}",
            f"--dhcp-option=option:T1,{RENEW_SECONDS}",
            f"--pid-file={self._building.directory / 'dnsmasq.pid'}",
        )
        eventually(self.leases.exists, "dnsmasq is there")


def relay(building: Building) -> None:
    """The gateway brings what the second floor asks to the DHCP server, by ISC's relay."""
    building.run("dhcrelay", "dhcrelay", "-4", "-d", "--no-pid", "-id", SECOND, "-iu", FIRST, DHCP)


def advertise(building: Building, servers: Sequence[str]) -> None:
    """The gateway advertises the prefix of the first floor and these resolvers (RFC 8106), by radvd."""
    path = building.directory / "radvd.conf"
    path.write_text(_radvd(servers))
    pid = str(building.directory / "radvd.pid")
    building.run("radvd", "radvd", "-n", "-m", "stderr", "-C", str(path), "-p", pid)


def _radvd(servers: Sequence[str]) -> str:
    prefix = f"prefix {PREFIXES[FIRST]}/64 {{ }};"
    names = f"RDNSS {' '.join(servers)} {{ AdvRDNSSLifetime 600; }};"
    timers = "AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 10;"
    return f"interface {FIRST} {{ {timers} {prefix} {names} }};\n"
