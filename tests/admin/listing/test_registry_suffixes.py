from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from sm_dns.admin.listing.registry_suffixes import registry_suffixes
from sm_dns.dns.names import from_text

LIBRARY = PublicSuffixList(only_icann=True)
PARTS = """
    a example city www com my gov net co uk kobe jp ck kawasaki ac k12 ma us xn--p1ai zip github io er bd
"""


@given(st.lists(st.sampled_from(PARTS.split()), min_size=1, max_size=5).map(".".join))
def test_it_says_what_the_library_says(text: str) -> None:
    assert (from_text(text) in registry_suffixes()) == LIBRARY.is_public(text)
    parent = from_text(text)[1 + len(text.partition(".")[0]) :]
    assert parent in registry_suffixes().above or not LIBRARY.is_public(text)


@pytest.mark.parametrize(
    "text", ["com", "gov.my", "com.my", "kobe.jp", "x.kobe.jp", "pvt.k12.ma.us", "xn--p1ai"]
)
def test_what_everybody_registers_below_is_one(text: str) -> None:
    assert from_text(text) in registry_suffixes()


@pytest.mark.parametrize("text", ["example.com", "mygov.gov.my", "city.kobe.jp", "github.io", "blogspot.com"])
def test_a_registered_name_is_none(text: str) -> None:
    assert from_text(text) not in registry_suffixes()
