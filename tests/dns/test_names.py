from __future__ import annotations

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns import names

wire_labels = st.lists(st.binary(min_size=1, max_size=63), max_size=6).filter(
    lambda parts: sum(map(len, parts)) + len(parts) + 1 <= names.MAX_NAME
)


def wire(parts: list[bytes]) -> bytes:
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def test_text_becomes_canonical_wire() -> None:
    assert names.from_text("WWW.Facebook.COM.") == b"\x03www\x08facebook\x03com\x00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "-a.com",
        "a-.com",
        "a b.com",
        "é.com",
        "a" * 64 + ".com",
        ".".join(["a" * 63] * 4) + ".com",
    ],
)
def test_what_is_not_a_name_is_refused(text: str) -> None:
    with pytest.raises(names.BadName):
        names.from_text(text)


@given(wire_labels, st.binary(min_size=1, max_size=3))
def test_a_whole_name_is_neither_cut_off_nor_followed(parts: list[bytes], more: bytes) -> None:
    name = wire(parts)
    assert names.is_whole(name)
    assert not names.is_whole(name[:-1]) and not names.is_whole(name + more)


@pytest.mark.parametrize("octets", [b"", b"\xff" * 300, b"\xc0\x0c", b"\1a" * 127 + b"\1a\0", b"\5abc"])
def test_octets_that_are_no_name(octets: bytes) -> None:
    assert not names.is_whole(octets)


@given(wire_labels)
def test_folding_agrees_with_dnspython(parts: list[bytes]) -> None:
    assert wire(parts).lower() == dns.name.Name([*parts, b""]).canonicalize().to_wire()


@given(wire_labels, wire_labels)
def test_subdomain_agrees_with_dnspython(parts: list[bytes], tail: list[bytes]) -> None:
    name, ancestor = wire(parts).lower(), wire(tail).lower()
    expected = dns.name.from_wire(name, 0)[0].is_subdomain(dns.name.from_wire(ancestor, 0)[0])
    assert names.is_at_or_below(name, ancestor) == expected


def test_a_dot_inside_a_label_is_not_a_boundary() -> None:
    sneaky = b"\x0cfacebook.com\x00"
    assert names.from_text("facebook.com") not in list(names.suffixes(sneaky))
    assert names.to_text(sneaky) == "facebook\\046com"
