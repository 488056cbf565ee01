"""What every format shares: the rule that a line gives, and the reading of one name."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sm_dns.dns.names import from_text
from sm_dns.util.errors import Wrong
from sm_dns.util.fast_tuple import fast_constructor

ToAscii = Callable[[str], str]
_USUAL = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 (of long lists, so not parsed each time)


class Unusable(Wrong):
    """A line that gives no rule though it is no comment; the message says why."""


class NotForDns(Unusable):
    """A line of a known form that says something which no resolver can keep: a pattern, a page's inside, a client."""


class Rule(NamedTuple):
    """One name a line lists, before it has a line number; the fields mean what they do in an `Entry`."""

    name: bytes
    exact: bool = False
    answer: str | None = None
    signal: bool = False
    embedded: bool = False
    excepts: str | None = None


new_rule = fast_constructor(Rule)

# Reads one line that is not blank. Raises `Unusable` or `BadName`; an empty result is a line with nothing to say.
Reader = Callable[[str], Iterable[Rule]]


def read_name(text: str, to_ascii: ToAscii | None = None) -> bytes:
    """Canonical wire name of a host name as lists write it.

    Raises `Unusable` for an address, and for a non-ASCII name unless `to_ascii` turns it into A-labels (it may
    raise `ValueError`); `BadName` for what is no host name.
    """
    if not text.isascii():
        if to_ascii is None:
            raise Unusable("not ASCII: write an internationalised name in its xn-- form")
        try:
            text = to_ascii(text)
        except ValueError as error:
            raise Unusable("not an internationalised name: {reason}", reason=error) from None
        if not text.isascii():
            raise Unusable("not ASCII after conversion")
    name = from_text(text)
    last = text.removesuffix(".").rpartition(".")[2]
    if last.isdigit():
        raise Unusable("an address or a number, not a name")
    return name


def read_suffix(text: str, to_ascii: ToAscii | None = None) -> bytes:
    """Like `read_name`; a leading `*.` or `.`, by which lists also mean a name and all below it, is dropped."""
    if text.startswith("*."):
        text = text[2:]
    elif text.startswith("."):
        text = text[1:]
    return read_name(text, to_ascii)


def is_nowhere(text: str) -> bool:
    """Whether an address is unspecified or loopback: the targets by which lists deny a name."""
    if text in _USUAL:
        return True
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_unspecified or address.is_loopback
