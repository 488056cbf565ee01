"""A lease file that is read when it has changed."""

from __future__ import annotations

from pathlib import Path

from sm_dns.monitor.identity import lease_files
from sm_dns.monitor.identity.lease import MAX_BYTES, Reading
from sm_dns.util.files import read_regular
from sm_dns.util.fingerprint import Fingerprint, fingerprint


class LeaseFile:
    """One file of dnsmasq, Kea or ISC dhcpd."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mark: Fingerprint | None = None

    def changed(self) -> Reading | None:
        """Its leases, None where it is as it was read last.

        Raises `BadInput` or `OSError`; then it is read again at the next call, changed or not.
        """
        mark = fingerprint([self.path])
        if mark == self._mark:
            return None
        self._mark = None
        # Host names are whatever clients sent: octets that are no UTF-8 cost a name, not the file.
        reading = lease_files.read(read_regular(self.path, limit=MAX_BYTES).decode("utf-8", "replace"))
        self._mark = mark
        return reading

    def forget(self) -> None:
        """Read it again at the next call, changed or not."""
        self._mark = None
