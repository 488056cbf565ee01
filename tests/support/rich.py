"""A rich signed zone, and any number of questions about it, of every type and flag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle, islice, product
from random import Random

import dns.name

from tests.support.messages import opt, raw_query
from tests.support.signed import ZONES

MANY = "".join(f"many 300 IN A 198.51.100.{at}\nmany 300 IN AAAA 2001:db8::{at:x}\n" for at in range(1, 41))
SERVERS = "".join(f"mx 300 IN MX {at} mail{at}.a.rather.long.name.in.the.zone\n" for at in range(24))
TEXTS = "".join(f'texts 300 IN TXT "{str(at) * 120}"\n' for at in range(10, 20))
CHAIN = "".join(f"c{at} 300 IN CNAME c{at + 1}\n" for at in range(6)) + "c6 300 IN A 198.51.100.60\n"
RICH: Mapping[str, tuple[bool, str]] = {
    **ZONES,
    "com.": (True, ZONES["com."][1] + "rich 3600 IN NS ns.nic.test.\n"),
    "rich.com.": (
        True,
        MANY
        + SERVERS
        + TEXTS
        + CHAIN
        + """\
@ 300 IN A 198.51.100.20
@ 300 IN MX 10 mail
@ 300 IN TXT "v=spf1 -all" "second string"
@ 300 IN CAA 0 issue "ca.example"
@ 300 IN HTTPS 1 . alpn=h2,h3 ipv4hint=198.51.100.20
mail 300 IN A 198.51.100.21
alias 300 IN CNAME mail
outside 300 IN CNAME portal.agency.com.
nowhere 300 IN CNAME nosuch
dangling 300 IN CNAME nosuch.agency.com.
svc 300 IN HTTPS 0 www.signed.com.
_443._tcp 300 IN TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
_sip._udp 300 IN SRV 1 2 5060 mail
naptr 300 IN NAPTR 10 20 "S" "SIP+D2U" "" _sip._udp
host 300 IN SSHFP 1 1 0000000000000000000000000000000000000000
host 300 IN HINFO "cpu" "os"
*.wild 300 IN A 198.51.100.30
*.wildalias 300 IN CNAME mail
a.b.deep 300 IN A 198.51.100.31
tree 300 IN DNAME signed.com.
""",
    ),
    "agency.com.": (False, ZONES["agency.com."][1] + "alias 300 IN CNAME www.signed.com.\n"),
}
NAMES = [
    *(
        "rich.com",
        "mail.rich.com",
        "alias.rich.com",
        "outside.rich.com",
        "nowhere.rich.com",
        "dangling.rich.com",
    ),
    *(
        "svc.rich.com",
        "_443._tcp.rich.com",
        "_sip._udp.rich.com",
        "naptr.rich.com",
        "host.rich.com",
        "mx.rich.com",
    ),
    *("x.wild.rich.com", "x.y.wild.rich.com", "x.wildalias.rich.com", "b.deep.rich.com", "deep.rich.com"),
    *(
        "www.tree.rich.com",
        "tree.rich.com",
        "nosuch.rich.com",
        "a.nosuch.rich.com",
        "many.rich.com",
        "texts.rich.com",
    ),
    *(
        "c0.rich.com",
        "c5.rich.com",
        "com",
        "nosuch.com",
        "agency.com",
        "portal.agency.com",
        "alias.agency.com",
    ),
    *(
        "nosuch.agency.com",
        "facebook.com",
        "www.facebook.com",
        "signed.com",
        "www.signed.com",
        "x.wild.signed.com",
    ),
    *("RICH.CoM", "mAil.rIch.coM", "nosuch", "."),
]
TYPES = [
    *(1, 2, 5, 6, 12, 13, 15, 16, 28, 33, 35, 39, 43, 44, 46, 47, 48, 50, 52, 64, 65, 99, 257, 65_280),
    *(1, 1, 28, 15, 16),
]
RD, CD, AD, Z = 0x0100, 0x0010, 0x0020, 0x0040
WAYS: dict[str, tuple[int, bytes]] = {
    "plain": (RD, b""),
    "AD": (RD | AD, b""),
    "CD": (RD | CD, b""),
    "EDNS": (RD, opt()),
    "DO": (RD, opt(flags=0x8000)),
    "DO and CD": (RD | CD, opt(flags=0x8000)),
    "512": (RD, opt(size=512, flags=0x8000)),
    "4096": (RD | AD, opt(size=4096, flags=0x8000)),
    "an unknown option": (RD, opt(b"\xfd\xe9\0\1x")),
    "an unknown flag": (RD, opt(flags=0x4000)),
    "Z": (RD | Z, b""),
    "a cookie": (RD, opt(b"\0\x0a\0\x0812345678")),
}


def questions(number: int) -> Iterator[tuple[str, int, str, bytes]]:
    """So many questions: name, type, way, and the message, each combination at most once before any comes again."""
    everything = list(product(NAMES, TYPES, WAYS))
    Random(11).shuffle(everything)
    for at, (name, qtype, way) in enumerate(islice(cycle(everything), number)):
        flags, tail = WAYS[way]
        wire = dns.name.from_text(name).to_wire()
        assert wire is not None
        yield name, qtype, way, raw_query(wire, qtype, tail=tail, id=at & 0xFFFF, flags=flags, ar=bool(tail))
