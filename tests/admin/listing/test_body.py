from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.listing.body import Body
from sm_dns.admin.listing.never_close import NOTHING, NeverClose, OpenName
from sm_dns.admin.listing.registry_suffixes import registry_suffixes
from sm_dns.dns.names import from_text, to_text
from sm_dns.lists.formats.parser import FORMATS
from sm_dns.lists.list_read import ListRead
from sm_dns.util.errors import BadInput

OPEN = NeverClose([OpenName(from_text("www.example.com"), True, "tls.name")])


def taken(body: Body) -> list[str]:
    return [to_text(entry.name) for entry in body.entries()]


def test_everything_is_counted_by_what_became_of_it() -> None:
    lines = [
        "||a.net^",
        "||example.com^",
        "||com^",
        "@@||b.net^",
        "no rule",
        "a.com##.ad",
        "|www.example.com^",
        "||b.com^",
    ]
    body = Body("\n".join(lines).encode(), "auto", OPEN)
    assert taken(body) == ["a.net", "b.net", "b.com"]
    assert body.main_format() == "adblock"
    assert body.read("remote:x") == ListRead(
        "remote:x",
        2,
        1,
        2,
        1,
        2,
        ("example.com (tls.name)", "www.example.com (tls.name)"),
    )
    assert [(one.line, one.kind) for one in body.left_out.lines] == [
        (2, "stays-open"),
        (3, "unusable"),
        (5, "unusable"),
        (6, "beyond-dns"),
        (7, "stays-open"),
    ]
    assert body.good_lines == 3


def test_an_exception_may_name_what_stays_open() -> None:
    assert taken(Body(b"@@||www.example.com^\n||com^", "adblock", OPEN)) == ["www.example.com"]


def test_octets_that_are_no_text_make_one_line_unusable() -> None:
    body = Body(b"a.com\n\xff\xfe.com\nb.com", "auto", NOTHING)
    assert taken(body) == ["a.com", "b.com"]
    assert body.read("x").unusable == 1


def test_utf_16_is_said() -> None:
    with pytest.raises(BadInput, match="UTF-16"):
        taken(Body("a.com\n".encode("utf-16"), "auto", NOTHING))


PIECES = [
    b"||",
    b"^",
    b"@@",
    b"a.example",
    b"com",
    b"\n",
    b"\r",
    b" ",
    b"0.0.0.0 ",
    b"\xff",
    b"\x00",
    b"$denyallow=",
    b" CNAME .",
]
PIECES += [
    b"local-zone: ",
    b"include:x",
    b"- ",
    b"+.",
    b"DOMAIN,",
    b"www.example.com",
    b"##",
    b"regexp:",
    b"<html",
    b"$ORIGIN ",
]


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=40).map(b"".join),
    st.sampled_from(FORMATS),
)
def test_any_octets_are_counted_to_the_last_line(content: bytes, format: str) -> None:
    body = Body(content, format, OPEN)
    try:
        found = list(body.entries())
    except BadInput as error:
        assert "UTF-16" in str(error) or "web page" in str(error)
        return
    read = body.read("x")
    assert read.names + read.exceptions == len(found)
    assert read.unusable + read.beyond_dns + read.stays_open == body.left_out.total
    assert all(OPEN.why(entry.name, entry.exact) is None for entry in found if entry.excepts is None)
    assert not any(entry.name in registry_suffixes() for entry in found if entry.excepts is None)
