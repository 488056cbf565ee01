"""Who asks, as one text that is counted by, limited by and told to other processes.

10.1.2.5                        the client with this address
aa:bb:cc:dd:ee:ff=10.1.2.5      this device, which has this address: its forwarder told both
aa:bb:cc:dd:ee:ff@10.0.0.5      this device, somewhere behind the forwarder with this address
"""

from __future__ import annotations

from typing import NamedTuple

_OWN, _BEHIND = "=", "@"


class Asker(NamedTuple):
    """One who asks. `device`: a hardware address, "" where none was told; `is_own`: the address is that of who asks,
    not of the forwarder before them."""

    address: str
    device: str = ""
    is_own: bool = True

    def __str__(self) -> str:
        return (
            f"{self.device}{_OWN if self.is_own else _BEHIND}{self.address}" if self.device else self.address
        )


def read(text: str) -> Asker:
    """The asker that a text tells, which may be any text: what has neither sign is an address."""
    for sign in (_OWN, _BEHIND):
        device, found, address = text.rpartition(sign)
        if found:
            return Asker(address, device, sign == _OWN)
    return Asker(text)


def address_of(text: str) -> str:
    """The address by which an asker's network is known."""
    return read(text).address if _OWN in text or _BEHIND in text else text
