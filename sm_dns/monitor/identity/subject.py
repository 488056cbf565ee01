"""Who is counted: a person, or where nobody is known, the device, or else the address."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["person", "device", "address"]


class Subject(NamedTuple):
    """One who is counted once, whatever was asked from wherever.

    `key` is plain (a staff key, a hardware address or client identifier, an IP address) and never leaves memory: what
    is kept is a pseudonym of it. `department` is "" where no map and no network tells one.
    """

    kind: Kind
    key: str
    department: str
