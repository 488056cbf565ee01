"""The strict scanner of queries: the only code that sees a client's datagram first.

It accepts only a message that holds exactly one well-formed question and at most one OPT record. Octets after their
end mean nothing and are told of. Whatever it refuses raises `Malformed` (answered with FORMERR, RFC 8906),
`Unsupported` or `Ignored` (silence); it raises nothing else, whatever the bytes are, and its work is linear in their
number.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from sm_dns.dns.codes import DO, HEADER, OPCODE_MASK, OPCODE_QUERY, OPCODE_SHIFT, QR, Option, Type
from sm_dns.dns.names import MAX_LABEL, MAX_NAME
from sm_dns.util.fast_tuple import fast_constructor

# More EDNS options than any client sends; a bound on the work of one datagram.
MAX_OPTIONS: Final = 32

# Types that are asked for by no query.
_NO_QUESTIONS: Final = frozenset((0, int(Type.OPT), int(Type.TSIG)))
_TEXTS: Final = frozenset(
    (
        Option.EDE_EXTRA_TEXT_LANGUAGE,
        Option.FILTERING_CONTACT,
        Option.FILTERING_ORGANIZATION,
        Option.FILTERING_DB,
    )
)
_FIRST_UNKNOWN: Final = max(Option) + 1
_HEADER: Final = Struct("!HHHHHH")
_TYPE_CLASS: Final = Struct("!HH")
# Root owner, type, payload size, extended rcode, version, flags, length.
_OPT: Final = Struct("!BHHBBHH")
_OPTION: Final = Struct("!HH")
_ONE_QUESTION_AND_OPT: Final = b"\0\1" + b"\0\0" + b"\0\0" + b"\0\1"  # the counts of a header
# What most clients send and no more: a cookie of theirs (RFC 7873 §4.1).
_CLIENT_COOKIE: Final = _OPTION.pack(Option.COOKIE, 8)
_COOKIE_ALONE: Final = len(_CLIENT_COOKIE) + 8


class Ignored(Exception):
    """Not a query at all (shorter than a header, or itself a response): answering could feed a loop."""


class Malformed(Exception):
    """A query with a readable header that breaks the format; deserves FORMERR. `flags` is its flag word."""

    def __init__(self, message_id: int, flags: int) -> None:
        super().__init__("malformed query")
        self.message_id = message_id
        self.flags = flags


class Unsupported(Exception):
    """A header with an opcode other than QUERY; deserves NOTIMP with the header alone (RFC 8906 §3.1.4), and with an
    OPT where it has one itself (RFC 6891 §7). `edns` is that one, where it stands where a query's would."""

    def __init__(self, message_id: int, flags: int, edns: Edns | None) -> None:
        super().__init__("opcode not implemented")
        self.message_id = message_id
        self.flags = flags
        self.edns = edns


class Edns(NamedTuple):
    """What the client's OPT record asks for (RFC 6891 §6.1)."""

    size: int
    version: int
    dnssec_ok: bool
    asks_identity: bool = False
    """It holds the option NSID (RFC 5001 §2.1)."""
    signs: tuple[int, ...] = ()
    """Options that say by being there what the client understands: an empty Extended DNS Error, and numbers that
    were not given when this was written."""
    pads: bool = False
    """It holds padding (RFC 7830), which a reply on an encrypted way is to hold too."""
    keeps_alive: bool = False
    """It asks how long an idle connection stays open (RFC 7828)."""


_edns: Final = fast_constructor(Edns)


class Question(NamedTuple):
    """One question, frozen as the client asked it."""

    message_id: int
    flags: int
    wire: bytes
    """The question section as sent: name in the client's letter case, type, class."""
    qname: bytes
    """The canonical name: `wire`'s name in lower case."""
    qtype: int
    qclass: int
    edns: Edns | None
    excess: int
    """Octets of the message after its end, which mean nothing."""


_question: Final = fast_constructor(Question)


def scan(message: bytes) -> Question:
    """Parse a query. Raises `Ignored`, `Malformed` or `Unsupported`, never anything else."""
    if len(message) < HEADER:
        raise Ignored
    message_id, flags, questions, answers, authorities, additionals = _HEADER.unpack_from(message)
    if flags & QR:
        raise Ignored
    if flags >> OPCODE_SHIFT & OPCODE_MASK != OPCODE_QUERY:
        raise Unsupported(message_id, flags, _edns_of_another_opcode(message))
    if questions != 1 or answers or authorities or additionals > 1:
        raise Malformed(message_id, flags)
    name_end = _name_end(message, HEADER)
    at = name_end + _TYPE_CLASS.size
    if not name_end or at > len(message):
        raise Malformed(message_id, flags)
    qtype, qclass = _TYPE_CLASS.unpack_from(message, name_end)
    edns = None
    end = at
    if additionals:
        end = _opt_end(message, at)
        edns = _scan_opt(message, at, end) if end else None
        if edns is None:
            raise Malformed(message_id, flags)
    if qtype in _NO_QUESTIONS:
        raise Malformed(message_id, flags)
    qname = message[HEADER:name_end].lower()
    return _question((message_id, flags, message[HEADER:at], qname, qtype, qclass, edns, len(message) - end))


def _name_end(message: bytes, start: int) -> int:
    """Offset after the name at `start`, or 0 when it is not an uncompressed name that ends in the message."""
    at = start
    end = len(message)
    while at < end:
        length = message[at]
        if not length:
            at += 1
            return at if at - start <= MAX_NAME else 0
        if length > MAX_LABEL:
            return 0
        at += 1 + length
    return 0


def _opt_end(message: bytes, at: int) -> int:
    """Offset after the OPT record at `at`, or 0 where no OPT record stands there whole."""
    options = at + _OPT.size
    if options > len(message):
        return 0
    owner, rtype, _, _, _, _, length = _OPT.unpack_from(message, at)
    end: int = options + length
    return 0 if owner or rtype != Type.OPT or end > len(message) else end


def _scan_opt(message: bytes, at: int, end: int) -> Edns | None:
    """The OPT record from `at` to `end`, or None where its options break their form."""
    options = at + _OPT.size
    _, _, size, _, version, flags, length = _OPT.unpack_from(message, at)
    if not length or (length == _COOKIE_ALONE and message.startswith(_CLIENT_COOKIE, options)):
        return _edns((size, version, flags & DO != 0, False, (), False, False))
    codes = _option_codes(message, options, end)
    if codes is None:
        return None
    signs = tuple(code for code in codes if code == Option.EDE or code >= _FIRST_UNKNOWN)
    return Edns(
        size,
        version,
        bool(flags & DO),
        Option.NSID in codes,
        signs,
        Option.PADDING in codes,
        Option.TCP_KEEPALIVE in codes,
    )


def _edns_of_another_opcode(message: bytes) -> Edns | None:
    """The OPT record of a message whose opcode we do not have, where it is built as a query is."""
    name_end = _name_end(message, HEADER)
    at = name_end + _TYPE_CLASS.size
    if message[4:HEADER] != _ONE_QUESTION_AND_OPT or not name_end:
        return None
    end = _opt_end(message, at)
    return _scan_opt(message, at, end) if end else None


def _option_codes(message: bytes, at: int, end: int) -> list[int] | None:
    """The options from `at` to `end`, each with the form its RFC demands, or None."""
    codes: list[int] = []
    while at < end:
        if at + _OPTION.size > end or len(codes) == MAX_OPTIONS:
            return None
        code, length = _OPTION.unpack_from(message, at)
        at += _OPTION.size
        value = message[at : min(at + length, end)]
        if len(value) != length or not _option_is_sound(code, value):
            return None
        codes.append(code)
        at += length
    return codes


def _option_is_sound(code: int, value: bytes) -> bool:
    """Whether an option keeps the form its RFC demands; options unknown here may hold anything."""
    if code == Option.COOKIE:
        return len(value) == 8 or 16 <= len(value) <= 40  # RFC 7873 §5.2
    if code == Option.ECS:
        return subnet_is_sound(value)
    if code == Option.EDE:
        return len(value) >= 2 and _is_utf8(value[2:])  # RFC 8914 §2
    if code == Option.REPORT_CHANNEL:
        return bool(value) and _name_end(value, 0) == len(value)  # RFC 9567 §5
    return code not in _TEXTS or _is_utf8(value)


def subnet_is_sound(value: bytes) -> bool:
    """Whether a Client Subnet option is (RFC 7871 §6): a known family, a zero scope in queries, no more address bits
    than the prefix says."""
    if len(value) < 4:
        return False
    bits = {1: 32, 2: 128}.get(int.from_bytes(value[:2], "big"))
    prefix, scope = value[2], value[3]
    address = value[4:]
    if bits is None or prefix > bits or scope or len(address) != (prefix + 7) // 8:
        return False
    spare = -prefix % 8
    return not (address and spare and address[-1] & ((1 << spare) - 1))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
