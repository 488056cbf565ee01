from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.admin import remote_lists
from sm_dns.admin.listing.never_close import NOTHING
from sm_dns.admin.remote_lists import Refreshed, RemoteList, cached_entries, load_cached
from sm_dns.dns.names import to_text
from sm_dns.util.download import Limits
from sm_dns.util.errors import BadInput
from tests.control.processes.web_server import Web, body, web_server
from tests.support.changes import put

NOON = 1_795_320_000.0
LIST = b"# list\n" + b"".join(b"n%d.example.com\n" % number for number in range(10))


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        server.answers["/list"] = body(LIST, ETag='"1"')
        yield server


@pytest.fixture
def source(web: Web) -> RemoteList:
    return RemoteList("ads", web.url("/list"), "social", limits=Limits(100_000, 5.0, allow_private=True))


def refresh(source: RemoteList, cache: Path, now: float) -> Refreshed:
    """Put in force what came, as the command does with its record."""
    found = remote_lists.refresh(source, cache, NOTHING, now)
    put(*found.files)
    return found


def names(source: RemoteList, cache: Path) -> list[str]:
    return [to_text(entry.name) for entry in cached_entries(source, cache, NOTHING, [])]


def test_a_list_is_fetched_kept_and_read_back(source: RemoteList, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert load_cached(source, cache, NOTHING) is None
    came = refresh(source, cache, NOON)
    assert (came.status, came.names, str(came.reason)) == ("updated", 10, "10 names, 0 lines left out")
    cached = load_cached(source, cache, NOTHING)
    assert cached is not None
    assert cached.read.names == 10 and names(source, cache) == [
        f"n{number}.example.com" for number in range(10)
    ]
    assert (cached.format, cached.note.fetched, cached.note.checked, cached.note.url) == (
        "plain",
        NOON,
        NOON,
        source.url,
    )


def test_not_modified_leaves_the_list_and_notes_the_time(
    web: Web, source: RemoteList, tmp_path: Path
) -> None:
    first = refresh(source, tmp_path, NOON)
    web.answers["/list"] = body(b"", 304)
    again = refresh(source, tmp_path, NOON + 60)
    assert (again.status, again.names) == ("unchanged", first.names)
    assert web.asked[-1][1]["If-None-Match"] == '"1"'
    cached = load_cached(source, tmp_path, NOTHING)
    assert cached is not None and (cached.note.fetched, cached.note.checked) == (NOON, NOON + 60)


def test_the_same_body_without_validators_is_unchanged_too(
    web: Web, source: RemoteList, tmp_path: Path
) -> None:
    refresh(source, tmp_path, NOON)
    web.answers["/list"] = body(LIST)
    assert refresh(source, tmp_path, NOON + 60).status == "unchanged"


def test_a_new_list_replaces_the_old_one_and_its_file(web: Web, source: RemoteList, tmp_path: Path) -> None:
    refresh(source, tmp_path, NOON)
    web.answers["/list"] = body(LIST + b"new.example.com\n", ETag='"2"')
    came = refresh(source, tmp_path, NOON + 60)
    assert (came.status, names(source, tmp_path)[-1]) == ("updated", "new.example.com")
    assert len(list(tmp_path.glob("*.list"))) == 1
    assert json.loads((tmp_path / "ads.json").read_text())["validators"]["etag"] == '"2"'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><title>Sorry</title>", "a web page, not a list"),
        (b"", "the list is empty"),
        (b"# nothing\n", "the list is empty"),
        (b"n0.example.com\nn1.example.com\n", "shrunk from 10 to 2 names"),
        (LIST + b"??\n!!bad name\n", "first: line 12"),
        (b"{\"error\": \"try later\"}\n", "no usable name; first: line 1"),
        (LIST.replace(b"n0.example.com", b"com"), "com is a public suffix"),
    ],
)  # fmt: skip
def test_a_list_that_may_not_rule_leaves_the_last_good_one(
    web: Web, source: RemoteList, tmp_path: Path, content: bytes, reason: str
) -> None:
    """T13: a broken or emptied list does not open the filter."""
    first = refresh(source, tmp_path, NOON)
    web.answers["/list"] = body(content, ETag='"bad"')
    came = refresh(source, tmp_path, NOON + 60)
    assert (came.status, came.names) == ("kept", first.names)
    assert reason in str(came.reason)
    cached = load_cached(source, tmp_path, NOTHING)
    assert cached is not None and cached.read.names == first.names
    # The bad answer's validator is not remembered: the next request must bring a body.
    refresh(source, tmp_path, NOON + 120)
    assert web.asked[-1][1]["If-None-Match"] == '"1"'


def test_a_failed_download_keeps_the_last_good_one(web: Web, source: RemoteList, tmp_path: Path) -> None:
    first = refresh(source, tmp_path, NOON)
    web.answers["/list"] = body(b"", 500)
    assert str(refresh(source, tmp_path, NOON).reason) == "the server answered 500"
    assert refresh(replace(source, limits=Limits()), tmp_path, NOON).names == first.names


def test_without_a_last_good_list_a_failure_gives_none(web: Web, source: RemoteList, tmp_path: Path) -> None:
    web.answers["/list"] = body(b"", 500)
    came = refresh(source, tmp_path, NOON)
    assert (came.status, came.names) == ("kept", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_few_problems_are_within_the_budget(web: Web, source: RemoteList, tmp_path: Path) -> None:
    web.answers["/list"] = body(LIST + "b\u00fccher.example\n".encode() + b"bad name\n")
    assert refresh(source, tmp_path, NOON).status == "kept"
    came = refresh(replace(source, max_unusable=0.1), tmp_path, NOON)
    assert (came.status, str(came.reason)) == ("updated", "11 names, 1 lines left out")
    assert names(source, tmp_path)[-1] == "xn--bcher-kva.example"


def test_another_url_is_not_compared_with_the_old_list(web: Web, source: RemoteList, tmp_path: Path) -> None:
    first = refresh(source, tmp_path, NOON)
    web.answers["/other"] = body(b"||only.example.com^\n")
    other = replace(source, url=web.url("/other"))
    missing = refresh(replace(source, url=web.url("/missing")), tmp_path, NOON)
    assert (missing.status, missing.names) == ("kept", first.names)
    came = refresh(other, tmp_path, NOON)
    assert (came.status, names(other, tmp_path)) == ("updated", ["only.example.com"])
    assert "If-None-Match" not in web.asked[-1][1]
    cached = load_cached(other, tmp_path, NOTHING)
    assert cached is not None and cached.format == "adblock"


def test_a_list_brings_what_it_includes(web: Web, source: RemoteList, tmp_path: Path) -> None:
    web.answers["/list"] = body(b"a.example\ninclude:other @ads\ninclude:third\n", ETag='"1"')
    web.answers["/other"] = body(b"b.example @ads\nc.example\nfull:d.example:@ads\ninclude:third\n")
    web.answers["/third"] = body(b"e.example\n")
    assert refresh(source, tmp_path, NOON).status == "updated"
    assert names(source, tmp_path) == ["a.example", "b.example", "d.example", "e.example"]
    assert [path for path, _ in web.asked] == ["/list", "/other", "/third", "/third"]
    assert refresh(source, tmp_path, NOON + 60).status == "unchanged"
    web.answers["/third"] = body(b"f.example\n")
    assert "If-None-Match" not in web.asked[-1][1]
    assert refresh(source, tmp_path, NOON + 120).status == "updated"
    assert names(source, tmp_path)[-1] == "f.example"
    del web.answers["/third"]
    came = refresh(source, tmp_path, NOON + 180)
    assert (came.status, str(came.reason)) == ("kept", "include:third: the server answered 404")
    assert names(source, tmp_path)[-1] == "f.example"


def test_another_format_reads_the_same_list_anew(web: Web, source: RemoteList, tmp_path: Path) -> None:
    web.answers["/list"] = body(b"0.0.0.0 a.example\nb.example\n")
    refresh(source, tmp_path, NOON)
    other = replace(source, format="hosts", max_unusable=1.0)
    assert refresh(other, tmp_path, NOON + 60).status == "updated"
    assert names(other, tmp_path) == ["a.example"]


def test_a_damaged_cache_is_said_and_fetched_anew(web: Web, source: RemoteList, tmp_path: Path) -> None:
    refresh(source, tmp_path, NOON)
    (stored,) = tmp_path.glob("*.list")
    for path, content in (
        (stored, "other.com\n"),
        (tmp_path / "ads.json", "{}"),
        (tmp_path / "ads.json", "["),
    ):
        path.write_text(content)
        with pytest.raises(BadInput, match="damaged"):
            load_cached(source, tmp_path, NOTHING)
        assert refresh(source, tmp_path, NOON).status == "updated"
        assert "If-None-Match" not in web.asked[-1][1]
        assert load_cached(source, tmp_path, NOTHING) is not None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "../x"}, "list name"),
        ({"name": ""}, "list name"),
        ({"url": "file:///etc/passwd"}, "only http and https"),
        ({"url": "http://user:secret@example.com/"}, "user or password"),
        ({"format": "csv"}, "unknown format 'csv'"),
    ],
)
def test_a_source_that_cannot_be_is_refused(change: dict[str, str], reason: str) -> None:
    fields = {"name": "x", "url": "https://example.com/x", "format": "auto"} | change
    with pytest.raises(BadInput, match=reason):
        RemoteList(fields["name"], fields["url"], "social", fields["format"])
