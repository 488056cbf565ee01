"""Hosts files: `0.0.0.0 NAME [NAME…]`."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.formats.rule import Reader, Rule, ToAscii, Unusable, is_nowhere, read_name

# The machine's own names, which such files carry along and nobody means to deny.
_OWN = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "local",
        "broadcasthost",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "0.0.0.0",  # noqa: S104 - a line of the lists, not an address to bind
    }
)
_OWN_ADDRESSES = frozenset({"255.255.255.255", "ff00::0", "ff02::1", "ff02::2", "ff02::3", "fe80::1%lo0"})


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """Names that point nowhere (unspecified or loopback addresses), each that name only, as a hosts file means.

    A line to any other address maps a name instead of denying it and is unusable.
    """

    def read(text: str) -> Iterable[Rule]:
        words = text.partition("#")[0].split()
        if not words:
            return ()
        address, *hosts = words
        if not hosts:
            raise Unusable("no name after the address")
        wanted = [host for host in hosts if host.lower() not in _OWN]
        if not wanted:
            return ()
        if not is_nowhere(address):
            if address.lower() in _OWN_ADDRESSES:
                return ()
            raise Unusable("not an address that denies (0.0.0.0, 127.0.0.1, ::, ::1)")
        return [Rule(read_name(host, to_ascii), exact=True) for host in wanted]

    return read
