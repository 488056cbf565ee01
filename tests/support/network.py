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
IP = shutil.which("ip", path=os.environ.get("PATH", "") + SYSTEM_PATH) or "ip"


class Network:
    """`server`: what a command starts with to run on the server. Devices are known by their hardware addresses."""

    def __init__(self) -> None:
        self._prefix = f"smdns-{os.getpid()}"
        self.server = self.on("server")
        self._spaces: list[str] = []

    def on(self, device: str) -> tuple[str, ...]:
        """What a command starts with to run on a device."""
        return (IP, "netns", "exec", self._space(device))

    def open(self) -> None:
        """Make the server and its switch. Skips the test where the machine gives no namespaces."""
        try:
            self._add("server")
            # An address of its own: else it takes the lowest of its ports, another one when a device comes, and the
            # other devices go on sending to the one they know.
            switch = ("name", "switch", "address", SWITCH, "type", "bridge")
            self._ip("-n", self._space("server"), "link", "add", *switch)
        except subprocess.CalledProcessError as error:
            lacking(f"network namespaces ({error.stderr.strip()})")
        self._ip("-n", self._space("server"), "addr", "add", f"{SERVER}/24", "dev", "switch")
        self._ip("-n", self._space("server"), "link", "set", "switch", "up")

    def plug_in(self, device: str, hardware: str, address: str) -> None:
        """A device of that hardware address on the switch, with an IPv4 address."""
        self.connect(device, hardware)
        self.move(device, address)

    def connect(self, device: str, hardware: str) -> None:
        """A device of that hardware address on the switch, without an address."""
        self._add(device)
        port = f"port{len(self._spaces)}"
        inside = ("name", "lan", "address", hardware, "netns", self._space(device))
        self._ip("link", "add", port, "netns", self._space("server"), "type", "veth", "peer", *inside)
        self._ip("-n", self._space("server"), "link", "set", port, "master", "switch", "up")
        self._ip("-n", self._space(device), "link", "set", "lan", "up")

    def move(self, device: str, address: str) -> None:
        """Give a device this address and no other."""
        self._ip("-n", self._space(device), "addr", "flush", "dev", "lan")
        self._ip("-n", self._space(device), "addr", "add", f"{address}/24", "dev", "lan")

    def close(self) -> None:
        """Take everything away; what is in a namespace goes with it."""
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
