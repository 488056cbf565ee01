from __future__ import annotations

import pytest

from sm_dns.lists.encoding import octet_lines, refuse_utf16
from sm_dns.util.errors import BadInput

LIST = "facebook.com\nexample.com\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_letters_of_more_octets_are_named(encoding: str) -> None:
    with pytest.raises(BadInput, match="UTF-16, not UTF-8"):
        refuse_utf16(LIST.encode(encoding))


@pytest.mark.parametrize(
    "content", [b"", b"a", b"\xef\xbb\xbfa.com", LIST.encode(), "bücher.example".encode()]
)
def test_utf_8_is_none_of_them(content: bytes) -> None:
    refuse_utf16(content)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"a", b"a\n", b"a\r\nb", b"\n\na\n", "\u2028\x85\n".encode()]
)
def test_lines_end_at_line_feeds_alone(content: bytes) -> None:
    assert [*octet_lines(content)] == content.split(b"\n")
