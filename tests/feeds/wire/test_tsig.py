"""Signatures, with dnspython as the other end."""

from __future__ import annotations

import time
from pathlib import Path

import dns.exception
import dns.message
import dns.name
import dns.tsig
import dns.tsigkeyring
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.feeds.wire.requests import BadRequest, Request, read_request
from sm_dns.feeds.wire.tsig import (
    BAD_KEY,
    BAD_SIGNATURE,
    BAD_TIME,
    NO_ERROR,
    Key,
    Signer,
    judge,
    read_key,
)
from sm_dns.util.errors import BadInput

SECRET = bytes(range(32))
KEY = Key(from_text("ns1.example"), SECRET)
THEIRS = dns.tsig.Key("ns1.example.", SECRET, dns.tsig.HMAC_SHA256)


def now() -> float:
    """POSIX seconds: dnspython goes by the clock, however long tests take."""
    return time.time()


def signed(secret: bytes = SECRET) -> bytes:
    query = dns.message.make_query("gate.smdns.", "SOA")
    query.use_tsig(dns.tsig.Key("ns1.example.", secret, dns.tsig.HMAC_SHA256))
    return query.to_wire()


def found(octets: bytes) -> Request:
    return read_request(octets)


def test_a_request_that_dnspython_signed() -> None:
    octets = signed()
    request = found(octets)
    assert request.signature is not None
    now = request.signature.signed
    assert judge(octets, request.signature, KEY, now) == NO_ERROR
    assert judge(octets, request.signature, KEY, now + 301) == BAD_TIME
    assert judge(octets, request.signature, KEY, now - 301) == BAD_TIME
    assert judge(octets, request.signature, None, now) == BAD_KEY
    assert judge(octets, request.signature, Key(from_text("ns2.example"), SECRET), now) == BAD_KEY
    assert judge(octets, request.signature, Key(KEY.name, bytes(32)), now) == BAD_SIGNATURE


def test_any_changed_octet_before_the_signature_is_seen() -> None:
    octets = signed()
    signature = found(octets).signature
    assert signature is not None
    for at in (2, 13, signature.at - 1):
        forged = octets[:at] + bytes((octets[at] ^ 1,)) + octets[at + 1 :]
        assert judge(forged, signature, KEY, now()) == BAD_SIGNATURE


def test_dnspython_believes_what_we_sign() -> None:
    query = dns.message.make_query("gate.smdns.", "SOA")
    query.use_tsig(THEIRS)
    request = found(query.to_wire())
    assert request.signature is not None
    unsigned = dns.message.make_query("gate.smdns.", "SOA", id=query.id)
    plain = dns.message.make_response(unsigned).to_wire()
    octets = Signer(KEY, request.signature.mac).sign(plain, int(time.time()))  # dnspython goes by the clock
    read = dns.message.from_wire(octets, keyring=THEIRS, request_mac=query.mac)
    assert read.had_tsig
    forged = octets[:-40] + bytes((octets[-40] ^ 1,)) + octets[-39:]
    with pytest.raises(dns.exception.DNSException):
        dns.message.from_wire(forged, keyring=THEIRS, request_mac=query.mac)


def test_a_key_as_bind_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "ns1.key"
    path.write_text(
        'key "ns1.example" {\n\talgorithm hmac-sha256;\n'
        '\tsecret "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";\n};\n'
    )
    path.chmod(0o600)
    assert read_key(path) == KEY
    assert "AAEC" not in repr(KEY)
    path.chmod(0o644)
    with pytest.raises(BadInput, match="everybody may read"):
        read_key(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no key"),
        ("secret", "holds no key"),
        ('key "a" { algorithm hmac-md5; secret "AAECAwQFBgcICQoLDA0ODw=="; };', "hmac-md5"),
        ('key "a" { algorithm hmac-sha256; secret "AAEC"; };', "too short"),
        ('key "a" { algorithm hmac-sha256; secret "A"; };', "holds no key"),
        ('key "a..b" { algorithm hmac-sha256; secret "AAECAwQFBgcICQoLDA0ODw=="; };', "holds no key"),
    ],
)
def test_what_is_no_key(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "ns1.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadInput, match=reason):
        read_key(path)


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        read_request(octets)
    except BadRequest:
        pass


@given(st.integers(0, 400), st.binary(max_size=3))
def test_a_damaged_request_is_read_or_refused(at: int, put: bytes) -> None:
    octets = signed()
    try:
        read_request(octets[:at] + put + octets[at + len(put) :])
    except BadRequest:
        pass
