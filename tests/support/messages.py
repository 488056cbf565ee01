"""Messages as dnspython, the second opinion, writes and reads them."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from hypothesis import strategies as st

from sm_dns.dns.codes import CLASS_IN, HEADER

COOKIE = dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678")

host_labels = st.binary(min_size=1, max_size=63) | st.sampled_from([b"www", b"WWW", b"a.b", b"xn--caf-dma"])
wire_names = st.lists(host_labels, max_size=5).map(
    lambda labels: b"".join(bytes([len(one)]) + one for one in labels) + b"\0"
)


def query(name: str, qtype: str = "A", **changes: Any) -> bytes:
    """A client's query; `changes` are arguments of dnspython's `make_query`, with `id` and `flags` beside."""
    return make_query(name, qtype, **changes).to_wire()


def make_query(name: str, qtype: str = "A", **changes: Any) -> dns.message.QueryMessage:
    """The same before it is written out: RD set, no EDNS unless asked for."""
    changes.setdefault("use_edns", False)
    return dns.message.make_query(name, qtype, **changes)


def name_and_type(message: bytes) -> tuple[bytes, int]:
    """The canonical name and the type of a message's question."""
    question = question_of(message)
    return question[:-4], int.from_bytes(question[-4:-2], "big")


def question_of(wire: bytes) -> bytes:
    """The canonical question section of a message with one uncompressed question."""
    at = HEADER
    while wire[at]:
        at += 1 + wire[at]
    return wire[HEADER : at + 1].lower() + wire[at + 1 : at + 5]


def raw_query(name: bytes, qtype: int = 1, qclass: int = CLASS_IN, tail: bytes = b"", **header: int) -> bytes:
    """A query from raw octets, whatever they are. `header` may give id, flags, qd, an, ns, ar."""
    words = {"id": 0x1234, "flags": 0x0100, "qd": 1, "an": 0, "ns": 0, "ar": 0, **header}
    head = b"".join(word.to_bytes(2, "big") for word in words.values())
    return head + name + qtype.to_bytes(2, "big") + qclass.to_bytes(2, "big") + tail


def opt(options: bytes = b"", size: int = 1232, version: int = 0, flags: int = 0) -> bytes:
    """An OPT record from raw octets."""
    head = b"\0\0\x29" + size.to_bytes(2, "big") + bytes((0, version)) + flags.to_bytes(2, "big")
    return head + len(options).to_bytes(2, "big") + options


def response(asked: bytes, *answers: str, rcode: str = "NOERROR", **sections: Any) -> bytes:
    """An upstream's reply to a query. Records are zone-file lines: `name ttl IN type data`.

    `authority` and `additional` are lists of such lines; `flags` are set besides QR, RD and RA.
    """
    message = dns.message.make_response(dns.message.from_wire(asked), recursion_available=True)
    message.set_rcode(dns.rcode.from_text(rcode))
    message.flags |= sections.get("flags", 0)
    message.answer = rrsets(*answers)
    message.authority = rrsets(*sections.get("authority", ()))
    message.additional = rrsets(*sections.get("additional", ()))
    return message.to_wire(max_size=65_535)


def rrsets(*lines: str) -> list[dns.rrset.RRset]:
    """RRsets from zone-file lines, in their order, one RRset for equal owner and type."""
    sets: dict[tuple[dns.name.Name, str], dns.rrset.RRset] = {}
    for line in lines:
        owner, ttl, rclass, rtype, data = line.split(maxsplit=4)
        rrset = dns.rrset.from_text_list(
            dns.name.from_text(owner), int(ttl), rclass, rtype, [data], origin=dns.name.root, relativize=False
        )
        known = sets.setdefault((rrset.name, rtype), rrset)
        if known is not rrset:
            for rdata in rrset:
                known.add(rdata)
    return list(sets.values())


def lines(section: list[dns.rrset.RRset]) -> list[str]:
    """A section as sorted zone-file lines with absolute names in lower case."""
    return sorted(line for rrset in section for line in rrset.to_text().splitlines())


def lowest_and_highest_ttl(message: dns.message.Message) -> tuple[int, int]:
    """Over all records of all sections, the MINIMUM of SOAs counted as a TTL."""
    ttls = [rrset.ttl for section in message.sections[1:] for rrset in section]
    soas = [one for one in (*message.answer, *message.authority) if one.rdtype == dns.rdatatype.SOA]
    ttls += [rrset[0].minimum for rrset in soas]
    return (min(ttls), max(ttls)) if ttls else (0, 0)
