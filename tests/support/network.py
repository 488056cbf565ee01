"""A network of its own: real devices in network namespaces, on a switch in the namespace of the server.

Nothing of it is seen outside: the host's interfaces, addresses and neighbours stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import lacking, require, require_root
from tests.support.processes import SYSTEM_PATH

SERVER = "10.77.0.1"
SWITCH = "02:00:00:00:77:01"
COMMAND_SECONDS = 30
_FILES = Path("/etc/netns")  # `ip netns exec` lays what is there over /etc (ip-netns(8))
IP = shutil.which("ip", path=os.environ.get("PATH", "") + SYSTEM_PATH) or "ip"


class Network:
    """`server`: what a command starts with to run on the server. Devices are known by their hardware addresses."""

    def __init__(self) -> None:
        self._prefix = f"smdns-{os.getpid()}"
        self.server = self.on("server")
        self._spaces: list[str] = []
        self._ports = 0

    def on(self, device: str) -> tuple[str, ...]:
        """What a command starts with to run on a device."""
        return (IP, "netns", "exec", self._space(device))

    def open(self) -> None:
        """Make the server and its switch. Skips the test where the machine gives no namespaces."""
        try:
            self._add("server")
            self.add_switch("switch", SWITCH, f"{SERVER}/24")
        except subprocess.CalledProcessError as error:
            lacking(f"network namespaces ({error.stderr.strip()})")

    def add_switch(self, name: str, hardware: str, *addresses: str) -> None:
        """A switch in the namespace of the server, which has these addresses there, each with its length."""
        # Hardware of its own: else it takes the lowest of its ports, another one when a device comes, and the
        # other devices go on sending to the one they know.
        link = ("name", name, "address", hardware, "type", "bridge")
        self._ip("-n", self._space("server"), "link", "add", *link)
        self._ip("-n", self._space("server"), "link", "set", name, "up")
        self.give("server", name, *addresses)

    def give(self, device: str, link: str, *addresses: str) -> None:
        """Give a device further addresses, each with its length; they can be used at once."""
        for address in addresses:
            nodad = ("nodad",) if ":" in address else ()
            self._ip("-n", self._space(device), "addr", "add", address, "dev", link, *nodad)

    def take_away(self, device: str, link: str, address: str) -> None:
        """Take an address from a device."""
        self._ip("-n", self._space(device), "addr", "del", address, "dev", link)

    def unplug(self, device: str) -> None:
        """Pull the plug of a device."""
        self._ip("-n", self._space(device), "link", "set", "lan", "down")

    def route(self, device: str, gateway: str) -> None:
        """Send what is for nobody near to a gateway."""
        self._ip("-n", self._space(device), "route", "add", "default", "via", gateway)

    def plug_in(self, device: str, hardware: str, address: str) -> None:
        """A device of that hardware address on the switch, with an IPv4 address."""
        self.connect(device, hardware)
        self.move(device, address)

    def connect(self, device: str, hardware: str, switch: str = "switch") -> None:
        """A device of that hardware address on a switch, without an address."""
        self._add(device)
        self._plug(self._space(device), hardware, switch)
        self._ip("-n", self._space(device), "link", "set", "lan", "up")

    def connect_machine(self, leader: int, hardware: str, switch: str = "switch") -> None:
        """The same for who has a network of his own already: the one of this process. Its link is down."""
        self._plug(str(leader), hardware, switch)

    def _plug(self, space: str, hardware: str, switch: str) -> None:
        self._ports += 1
        port = f"port{self._ports}"
        inside = ("name", "lan", "address", hardware, "netns", space)
        self._ip("link", "add", port, "netns", self._space("server"), "type", "veth", "peer", *inside)
        self._ip("-n", self._space("server"), "link", "set", port, "master", switch, "up")

    def move(self, device: str, address: str) -> None:
        """Give a device this address and no other."""
        self._ip("-n", self._space(device), "addr", "flush", "dev", "lan")
        self._ip("-n", self._space(device), "addr", "add", f"{address}/24", "dev", "lan")

    def own_file(self, device: str, name: str) -> Path:
        """A file that a device sees in place of this machine's `/etc/NAME`, empty at first."""
        folder = _FILES / self._space(device)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
        return folder / name

    def close(self) -> None:
        """Take everything away; what is in a namespace goes with it."""
        for space in self._spaces:
            shutil.rmtree(_FILES / space, ignore_errors=True)
        for space in reversed(self._spaces):
            subprocess.run((IP, "netns", "del", space), capture_output=True, check=False)

    def _space(self, device: str) -> str:
        return f"{self._prefix}-{device}"

    def _add(self, device: str) -> None:
        space = self._space(device)
        self._ip("netns", "add", space)
        self._spaces.append(space)
        self._ip("-n", space, "link", "set", "lo", "up")

    def _ip(self, *words: str) -> None:
        subprocess.run((IP, *words), capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True)


@contextmanager
def network() -> Iterator[Network]:
    """A network that is gone at the end, whatever happened. Skips the test where it cannot be."""
    require("ip")
    require_root()
    made = Network()
    try:
        made.open()
        yield made
    finally:
        made.close()
        assert not [each.name for each in Path("/run/netns").glob(f"smdns-{os.getpid()}-*")]
