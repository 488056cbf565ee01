"""Lists that others publish, in every format (T14)."""

from __future__ import annotations

from random import Random

from sm_dns.dns.names import from_text, labels, to_text
from sm_dns.lists.entry import EXCEPTS_ALL, EXCEPTS_SHORTER
from sm_dns.lists.formats.parser import FORMATS, parse
from sm_dns.util.errors import BadInput
from tests.fuzz.target import Target

_LISTS = (
    b"# note\nexample.com\nfull:a.example.net\n",
    b"127.0.0.1 localhost\n0.0.0.0 ads.example.com b.example.org\n::1 c.example\n",
    b"[Adblock Plus 2.0]\n! Title\n||example.com^\n@@||good.example^\n||b.example.org^$important\n",
    b"# dnsmasq\naddress=/example.com/0.0.0.0\nlocal=/b.example.org/c.example/\nserver=/d.example/\n",
    b"$TTL 60\n$ORIGIN rpz.\n@ SOA . . 1 2 3 4 5\nexample.com CNAME .\n*.example.com 60 IN CNAME *.\n",
    b'server:\nlocal-zone: "example.com" always_nxdomain\nlocal-data: "b.example.org A 0.0.0.0"\n',
    b"payload:\n  - '+.example.com'\n  - DOMAIN-SUFFIX,b.example.org\nDOMAIN,c.example,REJECT\nGEOIP,MY\n",
    b"example.com\n0.0.0.0 b.example.org\n||c.example^$denyallow=d.c.example\n@@||e.example^\nf.example CNAME .\n",
    b"domain:example.com\nfull:b.example.org @cn\nkeyword:exam\ninclude:other\nregexp:^a+$\n",
)
_WORDS = (
    b"||", b"@@", b"^", b"full:", b"address=/", b"$ORIGIN ", b"0.0.0.0 ", b" CNAME .", b"*.", b"\r\n", b"+.", b"##",
    b"local-zone: ", b"DOMAIN-SUFFIX,", b"  - ", b"$denyallow=", b":@ads", b"rpz-passthru.", b"include:",
)  # fmt: skip


def check(data: bytes) -> bool:
    """A list is read to its end without an error, whatever its lines: canonical names, or problems by line.

    Only a web page is refused whole. The first octet chooses the format.
    """
    lines = data[1:].decode("utf-8", "replace").split("\n")
    try:
        parsed = parse(lines, FORMATS[data[0] % len(FORMATS)] if data else "auto")
    except BadInput as error:
        assert "web page" in str(error.reason)
        return False
    for entry in parsed.entries:
        assert from_text(to_text(entry.name)) == entry.name
        assert all(labels(entry.name))
        assert 1 <= entry.line <= len(lines)
        assert entry.excepts in (None, EXCEPTS_ALL, EXCEPTS_SHORTER)
    numbers = [problem.line for problem in parsed.left_out.lines]
    assert numbers == sorted(set(numbers))
    assert not {entry.line for entry in parsed.entries} & set(numbers)
    assert parsed.left_out.total == len(numbers)
    return bool(parsed.entries)


def make(random: Random) -> bytes:
    """A short list; the format that it is read in need not be its own."""
    which = int(random.random() * len(_LISTS))
    return bytes((which if random.random() < 0.7 else int(random.random() * 256),)) + _LISTS[which]


TARGET = Target("lists", make, check, _WORDS)
