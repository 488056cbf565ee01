from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.admin.listing.never_close import NOTHING, NeverClose, OpenName
from sm_dns.admin.listing.preview import LeftOutLine, TakenLine, preview_file, preview_kept, preview_url
from sm_dns.admin.remote_lists import RemoteList
from sm_dns.dns.names import from_text
from sm_dns.util.download import Limits
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from tests.control.processes.web_server import Web, body, web_server

OPEN = NeverClose([OpenName(from_text("open.example"), True, "routes")])
LIST = b"||a.example^\n@@||good.a.example^\n||open.example^\n||b.example^$client=x\nno rule\n|c.example^\n"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        server.answers["/x"] = body(LIST)
        yield server


def source(url: str = "http://localhost") -> RemoteList:
    return RemoteList("x", url, "social", "auto", Limits(100_000, 5.0, allow_private=True))


def test_each_line_is_told_with_what_becomes_of_it(web: Web) -> None:
    found = preview_url(source(web.url("/x")), OPEN, 100)
    assert found.taken == (
        TakenLine(1, "a.example", False, False),
        TakenLine(2, "good.a.example", False, True),
        TakenLine(6, "c.example", True, False),
    )
    assert [(one.line, one.kind) for one in found.left_out] == [
        (3, "stays-open"),
        (4, "beyond-dns"),
        (5, "unusable"),
    ]
    assert found.left_out[0] == LeftOutLine(
        3, "stays-open", Message("{name} stays open: {why}", name="open.example", why="routes")
    )
    assert (found.names, found.exceptions, found.problems, found.beyond_dns, found.stays_open) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert (found.source, found.format) == (web.url("/x"), "adblock")
    assert str(found.refused).startswith("25% of the lines cannot be used; first: line 5")


def test_no_more_lines_are_told_than_asked_for(web: Web) -> None:
    found = preview_url(source(web.url("/x")), NOTHING, 1)
    assert (len(found.taken), len(found.left_out), found.names) == (1, 1, 3)


def test_what_cannot_be_had_is_said(web: Web, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the server answered 404"):
        preview_url(source(web.url("/missing")), NOTHING, 1)
    with pytest.raises(BadInput, match="cannot be read"):
        preview_file(tmp_path / "missing", source(), NOTHING, 1)
    with pytest.raises(BadInput, match="was never fetched"):
        preview_kept(source(), tmp_path, NOTHING, 1)


def test_a_file_brings_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "main").write_text("a.example\ninclude:other\n")
    (tmp_path / "other").write_text("b.example\n")
    found = preview_file(tmp_path / "main", source(), NOTHING, 9)
    assert [one.name for one in found.taken] == ["a.example", "b.example"]
    assert str(found.refused) == ""
    (tmp_path / "other").unlink()
    with pytest.raises(BadInput, match=r"include:other: .*cannot be read"):
        preview_file(tmp_path / "main", source(), NOTHING, 9)


def test_a_list_of_nothing_would_be_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("regexp:^a\n")
    found = preview_file(tmp_path / "x", source(), NOTHING, 9)
    assert str(found.refused) == "no usable name; first: line 1: a regular expression, not a name"
