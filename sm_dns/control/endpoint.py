"""Addresses with a port and networks, as the configuration writes them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

DNS_PORT = 53


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An IP address (IPv6 may carry a scope, `fe80::1%eth0`) and a port."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def parse_endpoint(text: str, *, default_port: int | None = None) -> Endpoint:
    """`192.0.2.1:53`, `[2001:db8::1]:53`, and without the port where there is a default.

    Raises `ValueError` with a reason.
    """
    address, port = _split(text)
    try:
        canonical = str(ipaddress.ip_address(address))
    except ValueError as error:
        raise ValueError(f"{text!r} is not an IP address with a port, such as {_example(text)}") from error
    if port is None and default_port is None:
        raise ValueError(f"{text!r} has no port: write for example {_example(text)}")
    return Endpoint(canonical, _port(port, text) if port is not None else default_port or DNS_PORT)


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(f"{text!r} is not an IP address with a port, such as {_example(text)}")
        return address, rest[1:] if rest else None
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, port
    return text, None


def _port(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 <= int(text) <= 65535):
        raise ValueError(f"{whole!r} has no valid port: it is a number up to 65535")
    return int(text)


def _example(text: str) -> str:
    return "[::1]:5335" if text.count(":") > 1 else "127.0.0.1:5335"


def parse_network(text: str) -> str:
    """The canonical text of a network. Raises `ValueError`; host bits are refused with the network that is meant."""
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        try:
            right = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise ValueError(f"{text!r} is not a network, such as 10.20.0.0/16 or 2001:db8::/48") from error
        raise ValueError(f"{text!r} has host bits set: write {right}") from error
