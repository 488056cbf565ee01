"""What upstreams say, in every shape that was met or feared, octet by octet: dnspython would not write most of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from hypothesis import strategies as st

from sm_dns.dns.names import from_text

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, DNAME, OPT, RRSIG, NSEC, HTTPS, ANY = (
    *(1, 2, 5, 6, 12, 15, 16, 28, 39, 41, 46, 47, 65, 255),
)
UNKNOWN = 65_280
QUESTION = b"\xc0\x0c"
TTLS = [0, 1, 2, 5, 29, 30, 31, 300, 86_400, 86_401, 2**31 - 1, 2**31, 2**32 - 1]
TARGETS = [
    from_text(name)
    for name in (
        "www.example.com",
        "cdn.example.net",
        "facebook.com",
        "youtube.com",
        "press.facebook.com",
        "sinkhole.example",
    )
]
ZONES = [from_text(name) for name in ("example.com", "com", "elsewhere.test")] + [b"\0"]
NAME = b""  # the question's own name, where an owner stands


class Record(NamedTuple):
    """One record; the owner `NAME` is the name that was asked, as a pointer."""

    owner: bytes
    rtype: int
    rclass: int
    ttl: int
    rdata: bytes

    def wire(self, asked: bytes) -> bytes:
        owner = QUESTION if self.owner == NAME else self.owner
        numbers = (self.rtype, self.rclass)
        head = b"".join(number.to_bytes(2, "big") for number in numbers) + self.ttl.to_bytes(4, "big")
        rdata = self.rdata.replace(b"<asked>", asked)
        return owner + head + len(rdata).to_bytes(2, "big") + rdata


class Said(NamedTuple):
    """One answer of an upstream; `junk` stands after its end, `truncated` asks for TCP first, `many` is how many
    addresses more it holds, which live for `ttl`."""

    rcode: int = 0
    answers: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    flags: int = 0x8180
    truncated: bool = False
    junk: bytes = b""
    many: int = 0
    ttl: int = 0

    def wire(self, question: bytes, *, over_stream: bool = True) -> bytes:
        """The datagram to a question as it was sent upstream."""
        flags = self.flags | self.rcode
        if self.truncated and not over_stream:
            return b"\0\0" + (flags | 0x200).to_bytes(2, "big") + b"\0\1" + bytes(6) + question
        more = (Record(NAME, A, 1, self.ttl, number.to_bytes(4, "big")) for number in range(self.many))
        sections = ((*self.answers, *more), self.authority, self.additional)
        counts = b"".join(len(section).to_bytes(2, "big") for section in sections)
        records = b"".join(record.wire(question[:-4].lower()) for section in sections for record in section)
        return b"\0\0" + flags.to_bytes(2, "big") + b"\0\1" + counts + question + records + self.junk


ttls = st.sampled_from([1, 2, 3, 4, 6, 9, 15, 40] * 3 + TTLS)


def soa(zone: bytes, ttl: int, minimum: int) -> Record:
    return Record(zone, SOA, 1, ttl, b"\x02ns\0\x05admin\0" + bytes(16) + minimum.to_bytes(4, "big"))


def data_of(qtype: int) -> list[bytes]:
    """Sound and odd data of a type."""
    known: dict[int, list[bytes]] = {
        A: [b"\xc0\0\2\1", b"\xc0\0\2\2", b"\x0a\0\0\1", b"", b"\1\2\3"],
        AAAA: [bytes(15) + b"\1", b"\x20\1" + bytes(14), b""],
        TXT: [b"", b"\0", b"\x05hello", b"\xff" + b"x" * 255, b"\x05hi"],
        NS: [b"\x02ns\0", QUESTION, b"<asked>"],
        MX: [b"\0\1\4mail\xc0\x0c", b"\0\1"],
        PTR: [b"\4host\0", QUESTION],
        HTTPS: [
            *(b"\0\1\0", b"\0\1\0\0\4\0\4\x0a\0\0\1", b"\0", b"\0\1\xc0\x0c"),
            *(b"\0\0" + target for target in TARGETS[1:5]),
        ],
    }
    return known.get(qtype, [b"", b"\xc0\x0c", b"anything at all"])


@st.composite
def rrset(draw: st.DrawFn, qtype: int, owner: bytes = NAME) -> tuple[Record, ...]:
    rdata = draw(st.lists(st.sampled_from(data_of(qtype)), min_size=1, max_size=3))
    return tuple(Record(owner, qtype, 1, draw(ttls), one) for one in rdata)


@st.composite
def chain(draw: st.DrawFn, qtype: int) -> tuple[Record, ...]:
    """CNAMEs that lead somewhere, nowhere, or round in circles."""
    names = [NAME, *draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3))]
    records = [Record(owner, CNAME, 1, draw(ttls), target) for owner, target in pairwise(names)]
    end = draw(st.sampled_from(["data", "nothing", "loop"]))
    if end == "data":
        records += draw(rrset(qtype, names[-1]))
    elif end == "loop":
        records.append(Record(names[-1], CNAME, 1, draw(ttls), draw(st.sampled_from(names[1:]))))
    return tuple(records)


Make = Callable[[st.DrawFn, int], Said]


def _address(draw: st.DrawFn, qtype: int) -> Record:
    return Record(NAME, qtype, 1, draw(ttls), data_of(qtype)[0])


def _soa(draw: st.DrawFn) -> Record:
    return soa(draw(st.sampled_from(ZONES)), draw(ttls), draw(ttls))


def _proofs(draw: st.DrawFn, qtype: int) -> tuple[Record, Record]:
    signature = Record(NAME, RRSIG, 1, draw(ttls), qtype.to_bytes(2, "big") + bytes(16) + b"\0sig")
    return Record(from_text("example.com"), NSEC, 1, draw(ttls), b"\1z\0\0\1\x40"), signature


def _twice(draw: st.DrawFn, qtype: int) -> Said:
    one = _address(draw, qtype)
    return Said(answers=(one, one, one._replace(ttl=draw(ttls))))


def _signed(draw: st.DrawFn, qtype: int) -> Said:
    proofs = _proofs(draw, qtype)
    return Said(answers=(_address(draw, qtype), proofs[1]), authority=proofs, flags=0x81A0)


def _none(draw: st.DrawFn) -> int:
    """NOERROR or NXDOMAIN."""
    return draw(st.sampled_from([0, 3]))


SHAPES: dict[str, Make] = {
    "records": lambda draw, qtype: Said(answers=draw(rrset(qtype))),
    "nothing": lambda draw, qtype: Said(rcode=_none(draw)),
    "only an OPT": lambda draw, qtype: Said(additional=(Record(b"\0", OPT, 1232, 0, b""),)),
    "an SOA": lambda draw, qtype: Said(_none(draw), authority=(_soa(draw),)),
    "two SOAs": lambda draw, qtype: Said(_none(draw), authority=(_soa(draw), _soa(draw))),
    "a short SOA": lambda draw, qtype: Said(3, authority=(_soa(draw)._replace(rdata=b"\0\0\0"),)),
    "a chain": lambda draw, qtype: Said(_none(draw), draw(chain(qtype))),
    "a chain and an SOA": lambda draw, qtype: Said(_none(draw), draw(chain(qtype)), (_soa(draw),)),
    "equal records": _twice,
    "unknown types": lambda draw, qtype: Said(
        answers=(Record(NAME, UNKNOWN, 1, draw(ttls), QUESTION), _address(draw, qtype))
    ),
    "another class": lambda draw, qtype: Said(answers=(_address(draw, qtype)._replace(rclass=3),)),
    "another owner": lambda draw, qtype: Said(
        answers=(_address(draw, qtype)._replace(owner=TARGETS[1]), _address(draw, qtype))
    ),
    "a few addresses": lambda draw, qtype: Said(many=draw(st.integers(2, 40)), ttl=draw(ttls)),
    "validated, none": lambda draw, qtype: Said(3, authority=(_soa(draw),), flags=0x81A0),
    "addresses at the end of a chain": lambda draw, qtype: Said(
        answers=(
            Record(NAME, CNAME, 1, draw(ttls), TARGETS[1]),
            *(Record(b"\xc0\x0c", A, 1, draw(ttls), bytes((192, 0, 2, one))) for one in range(3)),
        )
    ),
    "500 records": lambda draw, qtype: Said(many=500, ttl=draw(ttls)),
    "too many records": lambda draw, qtype: Said(many=513, ttl=draw(ttls)),
    "signed": _signed,
    "signed, none": lambda draw, qtype: Said(_none(draw), authority=(_soa(draw), *_proofs(draw, qtype))),
    "a DNAME": lambda draw, qtype: Said(
        answers=(Record(b"\0", DNAME, 1, draw(ttls), TARGETS[1]), _address(draw, qtype))
    ),
    "a failure": lambda draw, qtype: Said(draw(st.sampled_from([1, 2, 4, 5, 15]))),
    "truncated": lambda draw, qtype: Said(answers=draw(rrset(qtype)), truncated=True),
    "junk": lambda draw, qtype: Said(answers=(_address(draw, qtype),), junk=draw(st.binary(max_size=20))),
}


@st.composite
def said(draw: st.DrawFn, qtype: int) -> Said:
    """One answer, whatever it is, to a question of a type."""
    return SHAPES[draw(st.sampled_from(sorted(SHAPES)))](draw, qtype)
