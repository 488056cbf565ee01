"""Whom something is for, as one text: where clients are, or what they are known as.

group:training              the clients of a group
network:10.1.0.0/16         the clients of a network; one address is a network too
device:3c:22:fb:01:02:03    this device, whatever addresses it has
host:pc-017                 the device that calls itself so
staff:a1234                 whoever this member of staff is at, by the staff map and by logons
department:finance          everybody of a department

People may write a group by its name alone, and networks and hardware addresses as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Final

from sm_dns.policy.clients import devices
from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, key

GROUP, NETWORK = "group", "network"
DEVICE, HOST, STAFF, DEPARTMENT = "device", "host", "staff", "department"
IDENTITIES: Final = (DEVICE, HOST, STAFF, DEPARTMENT)
"""What somebody may be known as, the most telling first."""

OWN_LINKS: Final = "own-links"
"""Whoever is in the networks on this host's own links, whatever these are."""

KINDS: Final = (GROUP, NETWORK, *IDENTITIES)
MAX_VALUE: Final = 200  # characters of what stands after the kind

Who = str
"""A canonical text: kind, colon, value."""


def who(kind: str, value: str) -> Who:
    """The canonical text of a value that is canonical itself."""
    return f"{kind}:{value}"


def kind_of(text: Who) -> str:
    """What a canonical text is about."""
    return text.partition(":")[0]


def value_of(text: Who) -> str:
    """What stands after the kind."""
    return text.partition(":")[2]


def is_identity(text: Who) -> bool:
    """Whether a canonical text is about what somebody is known as, and not about where they are."""
    return kind_of(text) in IDENTITIES


def in_words(text: Who) -> Message:
    """Whom a canonical text, or `OWN_LINKS`, means, as people are told."""
    kind, _, value = text.partition(":")
    return Message(_IN_WORDS.get(kind, "{value}"), value=value or text)


def all_in_words(texts: Sequence[Who]) -> Message:
    """The same of several, with commas between; everybody where there are none."""
    if not texts:
        return Message("everybody")
    said = in_words(texts[0])
    for each in texts[1:]:
        said = Message("{first}, {second}", first=said, second=in_words(each))
    return said


def read(text: str, groups: Container[str]) -> Who:
    """The canonical form of what people write; raises `BadInput` for what is none, and for a group there is not."""
    kind, found, value = text.partition(":")
    if found and kind.strip().casefold() in KINDS:
        return _read(kind.strip().casefold(), value.strip(), groups)
    named = text.strip()
    if named in groups:
        return who(GROUP, named)
    _refuse_nobodys(named)
    device = devices.hardware(named)
    if device is not None:
        return who(DEVICE, device)
    try:
        return _read(NETWORK, named, groups)
    except BadInput:
        if ip_networks.canonical(named.partition("/")[0]) is not None:
            raise  # it says what is wrong with the network
        raise BadInput(
            "{text!r} is no group, network or hardware address, nor device:…, host:…, staff:… or department:…",
            text=named,
        ) from None


def read_identity(text: str) -> Who | None:
    """The same of what somebody is known as; None for anything else. Raises `BadInput` for one that cannot be."""
    kind, found, value = text.partition(":")
    if found and kind.strip().casefold() in IDENTITIES:
        return _read(kind.strip().casefold(), value.strip(), ())
    _refuse_nobodys(text)
    device = devices.hardware(text)
    return None if device is None else who(DEVICE, device)


def department(name: str) -> Who:
    """That of a department, however its name is written."""
    return who(DEPARTMENT, _words(name))


def _read(kind: str, value: str, groups: Container[str]) -> Who:
    if kind == GROUP:
        if value not in groups:
            raise BadInput("there is no group {name!r}", name=value)
        return who(kind, value)
    if kind == NETWORK:
        _refuse_nobodys_network(value)
        return who(kind, value)
    if kind == DEVICE:
        _refuse_nobodys(value)
    canonical = _CANONICAL[kind](value) if len(value) <= MAX_VALUE and value.isprintable() else None
    if not canonical:
        raise BadInput("{text!r} is no {kind}", text=value, kind=_CALLED[kind])
    return who(kind, canonical)


def _refuse_nobodys(text: str) -> None:
    if devices.is_nobodys(text):
        raise BadInput(
            "{text!r} is the address of no device: all zeros, or that of many at once (multicast, broadcast)",
            text=text,
        )


def _refuse_nobodys_network(text: str) -> None:
    """Raise `BadInput` for what is no network, and for one from which no question can come."""
    given = ip_networks.network(text)
    if any(ip_networks.covers(one, given) for one in _NOBODYS):
        raise BadInput(
            "no client has the address {text!r}: it is that of many at once (multicast, broadcast), or of none",
            text=text,
        )


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


_NOBODYS: Final = tuple(
    map(ip_networks.network, ("0.0.0.0/32", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8"))
)
"""RFC 1122 §3.2.1.3, RFC 5771 §3, RFC 4291 §2.5.2 and §2.7."""

_CANONICAL: dict[str, Callable[[str], str | None]] = {
    DEVICE: devices.device,
    HOST: devices.host_label,
    STAFF: _words,
    DEPARTMENT: _words,
}

_IN_WORDS: Final = {
    GROUP: key("the group {value}"),
    NETWORK: key("the network {value}"),
    DEVICE: key("the device {value}"),
    HOST: key("the device called {value}"),
    STAFF: key("the member of staff {value}"),
    DEPARTMENT: key("everybody of {value}"),
    OWN_LINKS: key("whoever is on this server's own links"),
}

_CALLED = {
    DEVICE: key("hardware address such as 3c:22:fb:01:02:03, nor a client identifier of DHCP"),
    HOST: key("host name"),
    STAFF: key("staff key"),
    DEPARTMENT: key("department"),
}
