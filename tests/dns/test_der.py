from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.der import public_key, validity


def element(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = bytes([len(content)]) if len(content) < 128 else bytes([0x82]) + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


KEY = element(0x30, element(0x30, b""), element(0x03, b"\0" * 200))


@pytest.mark.parametrize("version", [b"", element(0xA0, element(0x02, b"\2"))])
def test_the_key_is_found_with_and_without_a_version(version: bytes) -> None:
    fields = [element(0x02, b"\1"), *(element(0x30, b"") for _ in range(4)), KEY, element(0xA3, b"")]
    certificate = element(0x30, element(0x30, version, *fields), element(0x30, b""), element(0x03, b"\0"))
    assert public_key(certificate) == KEY


@given(st.binary(max_size=200))
def test_whatever_the_bytes_nothing_else_is_raised(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        public_key(data)
    with contextlib.suppress(ValueError):
        validity(data)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        (element(0x17, b"700101000001Z"), element(0x17, b"491231235959Z"), (1, 2_524_607_999)),
        (
            element(0x18, b"20500101000000Z"),
            element(0x18, b"20500101000001Z"),
            (2_524_608_000, 2_524_608_001),
        ),
    ],
)
def test_the_time_of_validity_is_found(start: bytes, end: bytes, seconds: tuple[float, float]) -> None:
    """RFC 5280 §4.1.2.5: years of two digits are 1950 to 2049."""
    fields = [element(0x02, b"\1"), element(0x30, b""), element(0x30, b""), element(0x30, start, end)]
    certificate = element(0x30, element(0x30, element(0xA0, b""), *fields))
    assert validity(certificate) == seconds
