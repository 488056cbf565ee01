from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.office_text import text_of

TEXT = "IPAddress;HostName\r\n10.0.0.1;café\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_what_windows_writes_is_read(encoding: str) -> None:
    assert text_of(TEXT.encode(encoding)) == TEXT


def test_big_endian_has_a_mark() -> None:
    assert text_of(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT


def test_a_zero_here_and_there_is_no_utf_16() -> None:
    assert text_of(b"a\0bcdefgh") == "a\0bcdefgh"


@given(st.binary(max_size=300))
def test_any_octets_are_text(data: bytes) -> None:
    assert len(text_of(data)) <= len(data)
