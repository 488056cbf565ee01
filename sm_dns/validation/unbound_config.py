"""The configuration of our own unbound: a validating resolver for this host alone, written anew at each compile."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.util.files import atomic_write, is_there, make_directory

FOLDER, FILE = "unbound", "unbound.conf"  # in the state directory
LARGEST_DATAGRAM = 1232  # octets (DNS flag day 2020)
MAX_CONNECTIONS = 64  # of TCP, each way
MAX_ASKED = 2_048  # questions that it has open at other servers
UNWANTED_REPLIES = 1_000_000  # that nobody asked for, after which it empties its cache: somebody guesses
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Places:
    """What unbound finds where, as its unit shows it the file system: the root's key, which it keeps itself
    (RFC 5011), and the socket by which it is told of negative trust anchors. `root_hints`: None for its own."""

    anchor: Path = Path("/var/lib/unbound/root.key")
    control: Path = Path("/var/lib/unbound/run/unbound.ctl")
    root_hints: Path | None = None


@dataclass(frozen=True)
class UnboundSettings:
    """`port` of 127.0.0.1; `forwarders`, none where it resolves by itself from the root; megabytes of its caches."""

    port: int
    forwarders: tuple[UpstreamAddress, ...]
    cache_megabytes: int


def text(settings: UnboundSettings, places: Places = Places()) -> str:
    """The whole file (unbound.conf(5))."""
    return (
        "\n".join((*_server(settings, places), *_control(places), *_forwarding(settings.forwarders))) + "\n"
    )


def write(state_dir: Path, settings: UnboundSettings, places: Places = Places()) -> Path:
    """Put the file in the state directory, where it is another one; its path. Raises `OSError`."""
    path = state_dir / FOLDER / FILE
    data = text(settings, places).encode()
    make_directory(path.parent)
    path.parent.chmod(0o755)  # another user reads it; nothing in it is secret
    if not (is_there(path) and path.read_bytes() == data):
        atomic_write(path, data, mode=0o644)
    return path


def _server(settings: UnboundSettings, places: Places) -> Iterator[str]:
    yield "# Written by sm-dns from its block `validation`: what is changed here is lost."
    yield "server:"
    for key, value in {
        **_listening(settings),
        **_strictness(places),
        **_privacy(),
        **_sizes(settings),
    }.items():
        yield f"  {key}: {value}"
    if any(ipaddress.ip_address(each.address).is_loopback for each in settings.forwarders):
        yield "  do-not-query-localhost: no"
    if any(each.scheme == "tls" for each in settings.forwarders):
        yield f'  tls-cert-bundle: "{CERTIFICATES}"'
    if places.root_hints is not None:
        yield f'  root-hints: "{places.root_hints}"'


def _listening(settings: UnboundSettings) -> dict[str, str | int]:
    """For this host alone; another program on the port is an error and not a port shared with it."""
    return {
        "interface": f"127.0.0.1@{settings.port}",
        "access-control": "127.0.0.0/8 allow",
        "so-reuseport": "no",
        "num-threads": 1,
        "username": '""',
        "chroot": '""',
        "directory": '""',
        "pidfile": '""',
        "use-syslog": "no",
        "do-daemonize": "no",
    }


def _strictness(places: Places) -> dict[str, str | int]:
    return {
        "module-config": '"validator iterator"',
        "auto-trust-anchor-file": f'"{places.anchor}"',
        "val-permissive-mode": "no",
        "harden-glue": "yes",
        "harden-dnssec-stripped": "yes",
        "harden-below-nxdomain": "yes",
        "harden-algo-downgrade": "yes",
        "harden-short-bufsize": "yes",
        "harden-large-queries": "yes",
        "aggressive-nsec": "yes",
        "unwanted-reply-threshold": UNWANTED_REPLIES,
        "ede": "yes",
    }


def _privacy() -> dict[str, str | int]:
    """Nobody learns more than is needed to answer, and no question is written down."""
    return {
        "qname-minimisation": "yes",
        "hide-identity": "yes",
        "hide-version": "yes",
        "hide-trustanchor": "yes",
        "verbosity": 1,
        "val-log-level": 0,
        "log-queries": "no",
        "log-replies": "no",
        "log-servfail": "no",
        "log-local-actions": "no",
    }


def _sizes(settings: UnboundSettings) -> dict[str, str | int]:
    """unbound(5) has twice as much for records as for messages."""
    megabytes = settings.cache_megabytes
    return {
        "msg-cache-size": f"{max(megabytes // 4, 1)}m",
        "rrset-cache-size": f"{max(megabytes // 2, 1)}m",
        "key-cache-size": f"{max(megabytes // 8, 1)}m",
        "neg-cache-size": f"{max(megabytes // 8, 1)}m",
        "prefetch": "yes",
        "prefetch-key": "yes",
        "serve-expired": "no",  # sm-dns serves what it has itself, by RFC 8767
        "minimal-responses": "yes",
        "edns-buffer-size": LARGEST_DATAGRAM,
        "max-udp-size": LARGEST_DATAGRAM,
        "incoming-num-tcp": MAX_CONNECTIONS,
        "outgoing-num-tcp": MAX_CONNECTIONS,
        "outgoing-range": MAX_ASKED,
        "num-queries-per-thread": MAX_ASKED // 2,
    }


def _control(places: Places) -> Iterator[str]:
    """A file on this host that only its own group may open; no port."""
    yield "remote-control:"
    yield "  control-enable: yes"
    yield f'  control-interface: "{places.control}"'
    yield "  control-use-cert: no"


def _forwarding(forwarders: tuple[UpstreamAddress, ...]) -> Iterator[str]:
    if not forwarders:
        return
    yield "forward-zone:"
    yield '  name: "."'
    yield "  forward-first: no"
    if any(each.scheme == "tls" for each in forwarders):
        yield "  forward-tls-upstream: yes"
    for each in forwarders:
        yield f"  forward-addr: {each.address}@{each.port}{f'#{each.name}' if each.name else ''}"
