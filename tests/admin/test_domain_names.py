from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.domain_names import check_not_public_suffix, normalise
from sm_dns.dns import names
from sm_dns.util.errors import BadInput


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.com", "example.com"),
        ("Example.COM.", "example.com"),
        ("  www.example.com\n", "www.example.com"),
        ("https://www.Example.com/path?x=1#y", "www.example.com"),
        ("http://user:pass@example.com:8080/", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com/path", "example.com"),
        ("//example.com/path", "example.com"),
        ("*.example.com", "example.com"),
        (".example.com", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("https://例え。テスト/", "xn--r8jz45g.xn--zckzah"),
        ("faß.de", "xn--fa-hia.de"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("_sip.example.com", "_sip.example.com"),
        ("1.example.com", "1.example.com"),
    ],
)
def test_what_people_paste(text: str, name: str) -> None:
    assert normalise(text) == names.from_text(name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("192.0.2.1", "IP address"),
        ("https://192.0.2.1/x", "IP address"),
        ("１９２.0.2.1", "IP address"),
        ("[2001:db8::1]:443", "IP address"),
        ("2001:db8::1", "IP address"),
        ("10.1", "IP address"),
        ("user@facebook.com", "is an address of mail: write facebook.com"),
        ("mailto:user@facebook.com", "is an address of mail"),
        ("localhost", "single label"),
        ("com.", "single label"),
        ("", "not a domain name"),
        (".", "not a domain name"),
        ("https:///path", "not a domain name"),
        ("exam ple.com", "not a domain name"),
        ("example..com", "not a domain name"),
        ("-example.com", "not a domain name"),
        ("a" * 64 + ".com", "not a domain name"),
        ("ü" * 70 + ".com", "not a domain name"),
        ("http://[::1", "IP address"),
        ("exam\tple.com", "not a domain name"),
        ("<script>.com", "not a domain name"),
        ("ex\x00ample.com", "not a domain name"),
    ],
)
def test_what_is_no_name(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        normalise(text)


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_bad_input(text: str) -> None:
    try:
        name = normalise(text)
    except BadInput:
        return
    assert normalise(names.to_text(name)) == name


@pytest.mark.parametrize("name", ["com.my", "gov.my", "co.uk", "x.kawasaki.jp"])
def test_registries_are_never_listed(name: str) -> None:
    with pytest.raises(BadInput, match="public suffix"):
        check_not_public_suffix(names.from_text(name), allow_private=True)


def test_suffixes_of_companies_need_a_word() -> None:
    name = names.from_text("blogspot.com")
    with pytest.raises(BadInput, match="--whole-suffix"):
        check_not_public_suffix(name)
    check_not_public_suffix(name, allow_private=True)


@pytest.mark.parametrize("name", ["example.com", "example.com.my", "me.blogspot.com", "www.ck"])
def test_ordinary_names_pass(name: str) -> None:
    check_not_public_suffix(names.from_text(name))
