"""From the octets of a list to its lines: UTF-8, and what is said of what programs on other systems write."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.util.errors import BadInput

_HEAD = 64  # octets by which letters of two octets are known


def refuse_utf16(content: bytes) -> None:
    """Raise `BadInput` for UTF-16 and UTF-32: by the mark at the beginning, else by its many zeros."""
    head = content[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head.count(0) > len(head) // 3:
        raise BadInput("this is UTF-16, not UTF-8: save the list as UTF-8", line=1)


def octet_lines(content: bytes) -> Iterator[bytes]:
    """The lines, without their ends, one by one: a list may have millions, which need not be held all at once."""
    at = 0
    while at <= len(content):
        end = content.find(b"\n", at)
        if end < 0:
            end = len(content)
        yield content[at:end]
        at = end + 1
