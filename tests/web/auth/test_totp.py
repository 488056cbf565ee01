from __future__ import annotations

import base64

import pytest

from sm_dns.web.auth import totp

SECRET = b"12345678901234567890"
TEXT = base64.b32encode(SECRET).decode()

# RFC 6238, appendix B, the rows of SHA-1.
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
# RFC 4226, appendix D.
COUNTERS = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]


@pytest.mark.parametrize(("at", "code"), VECTORS.items())
def test_the_vectors_of_rfc_6238(at: int, code: str) -> None:
    assert totp.hotp(SECRET, at // totp.STEP, digits=8) == code
    assert totp.accepted(TEXT, code[2:], at, 0) == at // totp.STEP


def test_the_vectors_of_rfc_4226() -> None:
    assert [totp.hotp(SECRET, counter) for counter in range(10)] == COUNTERS


def test_a_code_works_once_and_a_step_early_or_late() -> None:
    now = 1_786_334_400
    for step in (-1, 0, 1):
        code = totp.hotp(SECRET, now // totp.STEP + step)
        counter = totp.accepted(TEXT, f" {code[:3]} {code[3:]}", now, 0)
        assert counter == now // totp.STEP + step
        assert totp.accepted(TEXT, code, now, counter) is None
    assert totp.accepted(TEXT, totp.hotp(SECRET, now // totp.STEP + 2), now, 0) is None
    for wrong in ("", "abc", "12345", "é" * 6):
        assert totp.accepted(TEXT, wrong, now, 0) is None


def test_secrets_are_new_and_can_be_carried() -> None:
    first, second = totp.new_secret(), totp.new_secret()
    assert first != second and len(base64.b32decode(first)) == totp.SECRET_OCTETS
    assert totp.uri(first, "ali@x", "sm dns") == (
        f"otpauth://totp/sm%20dns:ali%40x?secret={first}&issuer=sm%20dns"
    )
