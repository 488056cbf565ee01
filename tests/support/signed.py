"""A small internet with DNSSEC: a signed root and top, zones below, signed and not, and an unbound that serves it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import dns.dnssec
import dns.dnssectypes
import dns.name
import dns.node
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from tests.support.dig import dig
from tests.support.processes import STEP_SECONDS, Process
from tests.support.unbound import CONTROL, HOST, SERVER, START_SECONDS

LIFETIME = 7 * 86_400  # seconds
EARLIER = 86_400  # seconds ago, from which signatures hold

_APEX = "@ 3600 IN SOA ns.{zone} host.{zone} 1 3600 600 86400 300\n@ 3600 IN NS {server}\n"
SERVER_NAME = "ns.nic.test."
ZONES: Mapping[str, tuple[bool, str]] = {
    ".": (True, "com. 3600 IN NS ns.nic.test.\ntest. 3600 IN NS ns.nic.test.\n"),
    "test.": (False, "ns.nic 3600 IN A 127.0.0.1\n"),
    "com.": (
        True,
        "facebook 3600 IN NS ns.nic.test.\ninstagram 3600 IN NS ns.nic.test.\n"
        "signed 3600 IN NS ns.nic.test.\nagency 3600 IN NS ns.nic.test.\n",
    ),
    "facebook.com.": (
        False,
        "@ 3600 IN A 198.51.100.1\n@ 3600 IN AAAA 2001:db8::1\nwww 3600 IN CNAME star\nstar 3600 IN A 198.51.100.2\n"
        "star 3600 IN AAAA 2001:db8::2\n",
    ),
    "instagram.com.": (False, "@ 3600 IN A 198.51.100.3\n"),
    "agency.com.": (False, "portal 3600 IN A 198.51.100.5\n"),
    "signed.com.": (
        True,
        "@ 3600 IN A 198.51.100.7\nwww 3600 IN A 198.51.100.8\n*.wild 3600 IN A 198.51.100.9\n",
    ),
}
"""Origin to whether it is signed, and its records beside SOA and NS."""


class Internet:
    """The zones as files in a directory, all at one name server; `anchor` is the key of the root, as a zone file
    has it."""

    def __init__(
        self, directory: Path, zones: Mapping[str, tuple[bool, str]] = ZONES, server: str = SERVER_NAME
    ) -> None:
        self.directory = directory
        self.origins = sorted(zones, key=lambda origin: len(dns.name.from_text(origin)), reverse=True)
        delegations: dict[dns.name.Name, dns.rdataset.Rdataset] = {}
        for origin in self.origins:  # children first, for a parent signs their DS
            signed, text = zones[origin]
            name = dns.name.from_text(origin)
            zone = dns.zone.from_text(
                _APEX.format(zone="" if origin == "." else origin, server=server) + text,
                name,
                relativize=False,
            )
            for child, ds in delegations.items():
                if zone.get_node(child) is not None and child != name:
                    zone.replace_rdataset(child, ds)
            if signed:
                delegations[name] = self._sign(zone)
            self.file(origin).write_text(zone.to_text(relativize=False))
        key = dns.zone.from_file(str(self.file(".")), dns.name.root, relativize=False).find_rdataset(
            dns.name.root, dns.rdatatype.DNSKEY
        )[0]
        assert isinstance(key, DNSKEY)
        self.key = key
        self.ds = dns.dnssec.make_ds(dns.name.root, key, "SHA256")
        self.anchor = f". IN DNSKEY {key.to_text()}"

    def file(self, origin: str) -> Path:
        """Where a zone lies."""
        return self.directory / f"{origin.rstrip('.') or 'root'}.zone"

    def earlier(self, origin: str) -> int:
        """How many seconds ago the signatures of a zone were made, which hold for `EARLIER` + `LIFETIME`."""
        return EARLIER

    def _sign(self, zone: dns.zone.Zone) -> dns.rdataset.Rdataset:
        """Sign a zone by a key of its own, with NSEC; its DS."""
        private = ec.generate_private_key(ec.SECP256R1())
        key = dns.dnssec.make_dnskey(
            private.public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=257
        )
        assert zone.origin is not None
        begun = int(time.time()) - self.earlier(zone.origin.to_text())
        dns.dnssec.sign_zone(
            zone,
            keys=[(private, key)],
            dnskey_ttl=3600,
            inception=begun,
            expiration=begun + EARLIER + LIFETIME,
        )
        return dns.rdataset.from_rdata(3600, dns.dnssec.make_ds(zone.origin, key, "SHA256"))

    def serve(self, port: int) -> Process:
        """An unbound that knows all of it, validates, and knows nothing else; started, and answering."""
        return self._served(port, '"validator iterator"', f'  trust-anchor: "{self.anchor}"\n')

    def serve_unchecked(self, port: int) -> Process:
        """The same without validating."""
        return self._served(port, '"iterator"', "")

    def _served(self, port: int, modules: str, anchor: str) -> Process:
        lines = [
            SERVER.format(port=port, directory=self.directory).replace('"iterator"', modules),
            f'{anchor}  local-zone: "test." nodefault\n',
            *(
                f'auth-zone:\n  name: "{origin}"\n  zonefile: "{self.file(origin)}"\n'
                "  for-downstream: no\n  for-upstream: yes\n"
                for origin in self.origins
            ),
            CONTROL,
        ]
        return start(self.directory / "upstream", "unbound", port, lines, "-d", "-c")


def start(base: Path, program: str, port: int, lines: list[str], *options: str) -> Process:
    """Start a server with its configuration after its options, and wait until it answers."""
    configuration = base.with_suffix(".conf")
    configuration.write_text("".join(lines))
    process = Process((program, *options, str(configuration)), base)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        assert not process.has_ended and time.monotonic() < deadline, process.err
        time.sleep(STEP_SECONDS)
    return process


def _answers(port: int) -> bool:
    try:
        return dig(HOST, port, "portal.agency.com", "A", "+time=1", "+tries=1").status == "NOERROR"
    except AssertionError:
        return False
