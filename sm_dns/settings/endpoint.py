"""Addresses with a port and networks, as the configuration writes them."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass

from sm_dns.dns import names
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.resolv_conf import lacks_link
from sm_dns.util.errors import Wrong

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
        parsed = ipaddress.ip_address(address)
    except ValueError as error:
        raise Wrong(
            "{text!r} is not an IP address with a port, such as {example}", text=text, example=_example(text)
        ) from error
    if lacks_link(parsed):
        raise Wrong(
            "{text!r} is a link-local address: write its link too, as in [{address}%eth0]",
            text=text,
            address=address,
        )
    canonical = str(parsed)
    if port is None and default_port is None:
        raise Wrong("{text!r} has no port: write for example {example}", text=text, example=_example(text))
    return Endpoint(canonical, _port(port, text) if port is not None else default_port or DNS_PORT)


SCHEMES = {"udp": DNS_PORT, "tcp": DNS_PORT, "tls": 853, "https": 443}
DOH_PATH = "/dns-query"


def parse_upstream(text: str) -> UpstreamAddress:
    """`ADDR[:PORT]`, `tcp://ADDR[:PORT]`, `tls://[NAME@]ADDR[:PORT]` or `https://[NAME@]ADDR[:PORT][/PATH]`.

    `?pin=BASE64` at the end of a `tls` one is the SHA-256 of the key its certificate must have. The address is
    needed: to look a name up, one must have a resolver first. Raises `ValueError` with a reason.
    """
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "udp", text
    if scheme not in SCHEMES:
        raise Wrong(
            "{text!r} starts with none of {schemes}",
            text=text,
            schemes=", ".join(f"{one}://" for one in SCHEMES),
        )
    rest, _, query = rest.partition("?")
    where, slash, path = rest.partition("/")
    name, at, address = where.rpartition("@")
    endpoint = parse_endpoint(address, default_port=SCHEMES[scheme])
    if endpoint.port == 0:
        raise Wrong("an upstream has a port other than 0")
    if (at and scheme in ("udp", "tcp")) or (slash and scheme != "https"):
        raise Wrong("{text!r} has a name or a path that {scheme} does not know", text=text, scheme=scheme)
    path = (f"/{path}" if path else DOH_PATH) if scheme == "https" else ""
    host = names.to_text(names.from_text(name)) if name else ""
    return UpstreamAddress(endpoint.address, endpoint.port, scheme, host, path, _pin(query, scheme, text))


def _pin(query: str, scheme: str, text: str) -> str:
    if not query:
        return ""
    key, _, pin = query.partition("=")
    if key != "pin" or scheme != "tls":
        raise Wrong("{text!r}: only ?pin=BASE64 on tls:// may follow a question mark", text=text)
    try:
        digest = base64.b64decode(pin, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise Wrong("{text!r}: a pin is the base64 of 32 octets, the SHA-256 of a public key", text=text)
    return pin


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise Wrong(
                "{text!r} is not an IP address with a port, such as {example}",
                text=text,
                example=_example(text),
            )
        return address, rest[1:] if rest else None
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, port
    return text, None


def _port(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 <= int(text) <= 65535):
        raise Wrong("{text!r} has no valid port: it is a number up to 65535", text=whole)
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
            raise Wrong(
                "{text!r} is not a network, such as 10.20.0.0/16 or 2001:db8::/48", text=text
            ) from error
        raise Wrong("{text!r} has host bits set: write {right}", text=text, right=right) from error
