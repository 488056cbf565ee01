"""Domain names as the wire has them: length-prefixed labels that end with the root's zero byte.

A `bytes` name is compared and looked up in its canonical form: the same bytes in lower case. Length bytes are
at most 63, below "A", so `bytes.lower` folds exactly the letters of RFC 4343 and leaves the lengths alone. A dot
inside a label stays one label: matching never goes through text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sm_dns.util.errors import Wrong

MAX_NAME: Final = 255
MAX_LABEL: Final = 63
ROOT: Final = b"\x00"

# Printed plainly; everything else, the dot and the backslash included, is escaped (RFC 1035 §5.1).
_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*/+")
# What a name written by a person or a list may hold: letters, digits, hyphen, underscore (RFC 952, RFC 8552), and
# dots between its labels.
_HOST: Final = b"abcdefghijklmnopqrstuvwxyz0123456789-_."


class BadName(Wrong):
    """A text that is not a domain name; the message says why."""


def from_text(text: str) -> bytes:
    """Canonical wire name of an ASCII host name; upper case and one trailing dot are accepted.

    Raises `BadName` for anything else: empty labels, labels over 63 octets, names over 255 octets, characters
    outside letters, digits, hyphen and underscore. Internationalised names must arrive as A-labels.
    """
    folded = text.lower().removesuffix(".")
    if not folded:
        raise BadName("empty name")
    if not folded.isascii() or folded.encode().translate(None, _HOST):
        raise BadName("character not allowed in a host name: {text!r}", text=text)
    wire = bytearray(f".{folded}\0", "ascii")
    at = 0
    for label in folded.split("."):
        if not label:
            raise BadName("empty label in {text!r}", text=text)
        if len(label) > MAX_LABEL:
            raise BadName("label over {most} octets in {text!r}", most=MAX_LABEL, text=text)
        if label[0] == "-" or label[-1] == "-":
            raise BadName("label starts or ends with a hyphen: {text!r}", text=text)
        wire[at] = len(label)
        at += 1 + len(label)
    if len(wire) > MAX_NAME:
        raise BadName("name over {most} octets: {text!r}", most=MAX_NAME, text=text)
    return bytes(wire)


def labels(name: bytes) -> Iterator[bytes]:
    """The labels of a wire name, leftmost first, without the root."""
    at = 0
    while length := name[at]:
        yield name[at + 1 : at + 1 + length]
        at += 1 + length


def is_whole(octets: bytes) -> bool:
    """Whether these are one whole name on the wire, as a stranger may not have sent it."""
    at = 0
    while at < min(len(octets), MAX_NAME):
        length = octets[at]
        at += 1 + length
        if not length:
            return at == len(octets)
        if length > MAX_LABEL:
            return False
    return False


def to_text(name: bytes) -> str:
    """Presentation form without the trailing dot (the root is "."); odd octets are escaped (RFC 1035 §5.1)."""
    if name == ROOT:
        return "."
    return ".".join(_escape(label) for label in labels(name))


def _escape(label: bytes) -> str:
    if _PLAIN.issuperset(label):
        return label.decode("ascii")
    return "".join(chr(octet) if octet in _PLAIN else f"\\{octet:03d}" for octet in label)


def suffixes(name: bytes) -> Iterator[bytes]:
    """The name itself, then each ancestor, longest first, the root left out."""
    at = 0
    while length := name[at]:
        yield name[at:]
        at += 1 + length


def is_at_or_below(name: bytes, ancestor: bytes) -> bool:
    """Whether a canonical name equals a canonical ancestor or lies below it, on label boundaries."""
    if not name.endswith(ancestor):
        return False
    boundary = len(name) - len(ancestor)
    at = 0
    while at < boundary:
        at += 1 + name[at]
    return at == boundary


_LETTERS: Final = bytes(0x20 if 0x61 <= octet <= 0x7A else 0 for octet in range(256))
_number: Final = int.from_bytes  # found once: to find it costs as much as what it does


def mix_case(name: bytes, random_bytes: bytes) -> bytes:
    """A canonical name with the case of each letter chosen by a bit of `random_bytes`, an octet for each of the name.

    An upstream repeats the question as it was sent, so a forger has those bits to guess too ("0x20").
    """
    size = len(name)
    flips = _number(name.translate(_LETTERS), "big") & _number(random_bytes, "big")
    return (_number(name, "big") ^ flips).to_bytes(size, "big")
