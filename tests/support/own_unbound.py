"""Our own unbound, started for real with the configuration that sm-dns writes, over a small signed internet."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.validation import unbound_config
from sm_dns.validation.unbound_config import Places, UnboundSettings
from tests.support.dig import dig
from tests.support.processes import STEP_SECONDS, Process, free_port
from tests.support.signed import EARLIER, LIFETIME, Internet
from tests.support.unbound import HOST, START_SECONDS

_NS = "{name} 3600 IN NS ns.nic.test.\n"
ZONES = {
    ".": (True, _NS.format(name="com.") + _NS.format(name="test.")),
    "test.": (False, "ns.nic 3600 IN A 127.0.0.1\n"),
    "com.": (
        True,
        "".join(
            _NS.format(name=name) for name in ("facebook", "signed", "agency", "bogus", "stale", "stripped")
        ),
    ),
    "facebook.com.": (True, "www 3600 IN A 198.51.100.2\n@ 3600 IN A 198.51.100.1\n"),
    "agency.com.": (False, "portal 3600 IN A 198.51.100.5\n"),
    "signed.com.": (True, "@ 3600 IN A 198.51.100.7\nwww 3600 IN A 198.51.100.8\n"),
    "bogus.com.": (True, "@ 3600 IN A 198.51.100.9\nwww 3600 IN A 198.51.100.9\n"),
    "stale.com.": (True, "@ 3600 IN A 198.51.100.10\n"),
    "stripped.com.": (True, "@ 3600 IN A 198.51.100.11\n"),
}
SIGNED, UNSIGNED, BOGUS = "www.signed.com", "portal.agency.com", "www.bogus.com"


class BrokenInternet(Internet):
    """Of `bogus.com` the addresses were changed after signing, the signatures of `stale.com` have ended, and those of
    `stripped.com` were taken out."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        super().__init__(directory, ZONES)
        self._change("bogus.com.", lambda text: text.replace("198.51.100.9", "198.51.100.66"))
        self._change("stripped.com.", _without_signatures)

    def earlier(self, origin: str) -> int:
        return 2 * (EARLIER + LIFETIME) if origin == "stale.com." else EARLIER

    def _change(self, origin: str, change: Callable[[str], str]) -> None:
        file = self.file(origin)
        file.write_text(change(file.read_text()))


def _without_signatures(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if " RRSIG A " not in line) + "\n"


class OwnUnbound:
    """It can be stopped and started again on its port; it forwards to who knows the small internet."""

    def __init__(self, directory: Path, internet: Internet, forwarder: int) -> None:
        self.port = free_port()
        self.directory = directory
        self.control = directory / "unbound.ctl"
        self.places = Places(directory / "root.key", self.control)
        self.settings = UnboundSettings(self.port, (UpstreamAddress(HOST, forwarder),), 8)
        self.places.anchor.write_text(internet.anchor + "\n")
        self._process: Process | None = None

    def start(self, configuration: Path | None = None) -> None:
        """Start it by what the program writes, and wait until it answers."""
        path = configuration or unbound_config.write(self.directory, self.settings, self.places)
        process = self._process = Process(
            ("unbound", "-d", "-p", "-c", str(path)), self.directory / "own-unbound"
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert not process.has_ended and time.monotonic() < deadline, process.err
            time.sleep(STEP_SECONDS)

    @property
    def log(self) -> str:
        """What it wrote."""
        assert self._process is not None
        return self._process.err + self._process.out

    def _answers(self) -> bool:
        try:
            return dig(HOST, self.port, UNSIGNED, "A", "+time=1", "+tries=1").status == "NOERROR"
        except AssertionError:
            return False

    def stop(self) -> None:
        """End it; harmless where it does not run."""
        if self._process is not None:
            self._process.stop()
            self._process = None
