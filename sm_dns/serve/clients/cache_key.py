"""What a question is known by in the packet cache: the law of its key.

Equal questions of clients of one class get equal replies, ID and letter case apart. Questions are equal when their
keys are. A key is, one after the other:

1. the header after the ID, as it was sent: flags and counts;
2. the question: its name in lower case, its type, its class;
3. where there is EDNS, `USUAL_OPT` with the client's DO bit. The payload size that was offered and options that no
   answer over UDP depends on (cookies, mostly) leave no trace.

So a key is what a plain client sends after its ID, octet by octet, and most messages are their own key. A message has
none where its answer is for it alone: EDNS of another version, NSID, an option that says what the client understands.
A question with EDNS and without DO is looked for `without_opt` too: under that key lie answers that were relayed as
they came, to which our OPT is added.

The law is written three times, for three ways of looking. `normalised_key` is the law, of a question that was read.
`quick_key` makes the same of usual messages by how they end, `native_drain` of most messages in C, with the numbers
that it is handed from here; tests compare all three.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sm_dns.dns.codes import BARE_OPT, HEADER
from sm_dns.dns.records import opt_record
from sm_dns.dns.scan import Question
from sm_dns.util.fast_tuple import fast_constructor

# The payload size that most clients offer, in octets.
USUAL_SIZE: Final = 1232
USUAL_OPT: Final = opt_record(USUAL_SIZE, 0, False)

_OPT: Final = [USUAL_OPT, opt_record(USUAL_SIZE, 0, True)]
# Where the question stands in a key, and in a reply that is kept: neither has an ID.
QUESTION_AT: Final = HEADER - 2
# The root, a type and a class.
_SHORTEST: Final = HEADER + 1 + 4
# How a usual message ends: root, type OPT; payload size; extended rcode, version and flags, all 0; what follows.
_OPT_HEAD: Final = b"\0\0\x29"
_NO_OPTIONS: Final = b"\0\0\0\0" + b"\0\0"
# An option of 8 octets (RFC 7873 §4.1).
_CLIENT_COOKIE: Final = b"\0\0\0\0" + b"\0\x0c" + b"\0\x0a\0\x08"


class CacheKey(NamedTuple):
    """A key and what else of the message matters: where the question ends in it, the payload size that was offered (0
    without EDNS), and whether there is EDNS without DO, so that a reply without EDNS and our OPT answer it."""

    key: bytes
    end: int
    size: int
    takes_opt: bool


new_cache_key: Final = fast_constructor(CacheKey)


def quick_key(message: bytes) -> CacheKey | None:
    """The key of a message if it is a usual one, told by how it ends; None where it must be read.

    A question stands right after the header, and nothing follows it but, mostly, an OPT record that is bare or holds
    a client's cookie. What only looks so has a key under which nothing is ever kept.
    """
    if len(message) < _SHORTEST:
        return None
    if not message[HEADER - 1]:
        key = message[2:HEADER] + message[HEADER:-4].lower() + message[-4:]
        return new_cache_key((key, len(message), 0, False))
    if message[-11:-8] == _OPT_HEAD and message[-6:] == _NO_OPTIONS:
        end = len(message) - 11
    elif message[-23:-20] == _OPT_HEAD and message[-18:-8] == _CLIENT_COOKIE:
        end = len(message) - 23
    else:
        return None
    question = message[HEADER : end - 4].lower() + message[end - 4 : end]
    size = message[end + 3] << 8 | message[end + 4]
    return new_cache_key((message[2:HEADER] + question + _OPT[False], end, size, message[HEADER - 1] == 1))


def normalised_key(message: bytes, question: Question) -> CacheKey | None:
    """The key of a message whose question was read, None where its answer is for it alone."""
    key = message[2:HEADER] + question.qname + question.wire[-4:]
    end = HEADER + len(question.wire)
    edns = question.edns
    if edns is None:
        return CacheKey(key, end, 0, False)
    if edns.version or edns.asks_identity or edns.signs:
        return None
    return CacheKey(key + _OPT[edns.dnssec_ok], end, edns.size, not edns.dnssec_ok)


def without_opt(octets: bytes) -> bytes:
    """A key, or a reply that is kept, without its bare OPT."""
    return octets[: QUESTION_AT - 1] + b"\0" + octets[QUESTION_AT:-BARE_OPT]
