"""Where a DHCP server tells its leases, as plain values of `service.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class LeaseSource:
    """A file (or a folder of them) or a control socket, by its absolute path.

    `form` is a name of `monitor/identity/leases/forms.py`, "" for whatever it looks like; `zone` an IANA name, for
    times that are local in the file.
    """

    kind: Literal["file", "kea_socket"]
    path: str
    form: str
    zone: str
