from __future__ import annotations

import pytest

from sm_dns.dns.names import BadName, from_text
from sm_dns.lists.formats.rule import Unusable, is_nowhere, read_name, read_suffix


def test_names_are_folded_to_canonical_wire() -> None:
    assert read_name("WWW.Example.COM.") == from_text("www.example.com")


@pytest.mark.parametrize("text", ["192.0.2.1", "10", "a.1", "1.2.3.4."])
def test_addresses_and_numbers_are_no_names(text: str) -> None:
    with pytest.raises(Unusable):
        read_name(text)


def test_a_name_outside_ascii_needs_a_converter() -> None:
    with pytest.raises(Unusable, match="xn--"):
        read_name("bücher.example")
    assert read_name("bücher.example", lambda text: "xn--bcher-kva.example") == from_text(
        "xn--bcher-kva.example"
    )
    with pytest.raises(Unusable, match="after conversion"):
        read_name("bücher.example", lambda text: text)
    with pytest.raises(Unusable, match="internationalised"):
        read_name("bücher.example", lambda text: str(text.encode("ascii")))


def test_letters_that_fold_into_ascii_are_not_taken_for_ascii() -> None:
    with pytest.raises(Unusable):
        read_name("faceboo\u212a.com")


@pytest.mark.parametrize("text", ["example.com", "*.example.com", ".example.com"])
def test_ways_to_write_a_suffix(text: str) -> None:
    assert read_suffix(text) == from_text("example.com")


@pytest.mark.parametrize("text", ["*.*.example.com", "..example.com", "a.*.com"])
def test_wildcards_elsewhere_are_no_names(text: str) -> None:
    with pytest.raises(BadName):
        read_suffix(text)


def test_addresses_that_lead_nowhere() -> None:
    assert all(map(is_nowhere, ["0.0.0.0", "127.0.0.1", "::", "::1", "127.9.9.9"]))
    assert not any(map(is_nowhere, ["192.0.2.1", "2001:db8::1", "example.com", ""]))
