"""The scanner of queries against dnspython, the second opinion (T6, T7)."""

from __future__ import annotations

from random import Random

import dns.edns
import dns.flags
import dns.message

from sm_dns.dns.scan import Edns, Ignored, Malformed, Unsupported, scan
from tests.fuzz.target import Target
from tests.support.messages import opt, raw_query

_REFUSALS = (Ignored, Malformed, Unsupported)
_LABELS = (b"www", b"facebook", b"com", b"MY", b"xn--caf-dma", b"a.b", b"\0", b"_dns", b"z" * 63, b"x" * 40)
_TYPES = (1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 43, 64, 65, 250, 252, 255, 257, 0, 65280)
_CODES = (3, 8, 10, 11, 12, 15, 18, 22, 25, 65001)


def check(message: bytes) -> bool:
    """Whatever the scanner takes, dnspython takes, and both read the same; it raises its refusals and no more."""
    try:
        mine = scan(message)
    except _REFUSALS:
        return False
    other = dns.message.from_wire(message, ignore_trailing=True)
    assert 0 <= mine.excess <= len(message) - 12 - len(mine.wire)
    (asked,) = other.question
    assert mine.message_id == other.id
    assert mine.flags == other.flags
    assert mine.qname == asked.name.canonicalize().to_wire()
    assert mine.wire[:-4] == asked.name.to_wire()
    assert (mine.qtype, mine.qclass) == (asked.rdtype, asked.rdclass)
    edns = None
    if other.edns >= 0:
        asks = any(option.otype == dns.edns.NSID for option in other.options)
        signs = tuple(int(one.otype) for one in other.options if one.otype == dns.edns.EDE or one.otype > 25)
        types = {int(option.otype) for option in other.options}
        edns = Edns(
            other.payload,
            other.edns,
            bool(other.ednsflags & dns.flags.DO),
            asks,
            signs,
            pads=12 in types,
            keeps_alive=11 in types,
        )
    assert mine.edns == edns
    return True


def make(random: Random) -> bytes:
    """A query as clients send them, in half of the cases with EDNS and options of many forms."""
    draw = random.random
    labels = [_LABELS[int(draw() * len(_LABELS))] for _ in range(int(draw() * 5))]
    name = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    qtype = _TYPES[int(draw() * len(_TYPES))]
    flags = int(draw() * 0x0800)
    message_id = int(draw() * 0x10000)
    junk = b"junk after the end"[: int(max(draw() - 0.9, 0) * 180)]
    if draw() < 0.5:
        return raw_query(name, qtype, flags=flags, id=message_id) + junk
    options = b"".join(_option(random) for _ in range(int(draw() * 3)))
    record = opt(options, int(draw() * 0x10000), int(draw() * 1.2), int(draw() * 0x10000))
    return raw_query(name, qtype, tail=record + junk, ar=1, flags=flags, id=message_id)


def _option(random: Random) -> bytes:
    draw = random.random
    code = _CODES[int(draw() * len(_CODES))]
    if code == 8:
        prefix = int(draw() * 40)
        value = bytes((0, 1 + int(draw() * 2), prefix, int(draw() * 1.2))) + random.randbytes(
            (prefix + 7) // 8
        )
    elif code == 10:
        value = random.randbytes((8, 16, 24, 40, 7)[int(draw() * 5)])
    elif code == 15:
        value = b"\0\x0f" + "tidak é"[: int(draw() * 8)].encode()
    elif code == 18:
        value = b"\5agent\7example\0"
    elif code in (22, 25):
        value = "ms-Latn-MY é"[: int(draw() * 13)].encode()
    else:
        value = random.randbytes(int(draw() * 12))
    return code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


TARGET = Target("scan", make, check)
