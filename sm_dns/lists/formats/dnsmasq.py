"""Denying lines of dnsmasq configurations: `address=/NAME/0.0.0.0`, `local=/NAME/`, `server=/NAME/`."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.entry import EXCEPTS_SHORTER
from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable, is_nowhere, read_suffix

_DENYING = frozenset({"address", "local", "server"})
_OTHER = frozenset(
    {
        "bogus-nxdomain",
        "cname",
        "conf-file",
        "domain",
        "host-record",
        "ignore-address",
        "ipset",
        "nftset",
        "rebind-domain-ok",
        "txt-record",
    }
)
OPTIONS = _DENYING | _OTHER


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """Several names may stand between the slashes; each means everything below it too.

    `server=/NAME/#` excepts the name. `server=/NAME/ADDRESS` forwards and `address=/NAME/ADDRESS` to a real address
    maps: both are unusable.
    """

    def read(text: str) -> Iterable[Rule]:
        text = text.strip()
        if text[0] == "#":
            return ()
        option, _, value = (part.strip() for part in text.partition(" #")[0].partition("="))
        if option in _OTHER:
            raise NotForDns("{option} denies no name", option=option)
        if option not in _DENYING:
            raise Unusable("not an address=, local= or server= line")
        parts = value.split("/")
        if len(parts) < 3 or parts[0]:
            raise Unusable("no /NAME/ in the line")
        target = parts[-1]
        if target not in ("", "#") and not (option == "address" and is_nowhere(target)):
            raise Unusable("points the name somewhere instead of denying it")
        excepts = EXCEPTS_SHORTER if target == "#" and option != "address" else None
        return [Rule(read_suffix(part, to_ascii), excepts=excepts) for part in parts[1:-1]]

    return read
