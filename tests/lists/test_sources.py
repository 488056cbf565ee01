from __future__ import annotations

import os
from pathlib import Path

import pytest

from sm_dns.dns.names import from_text
from sm_dns.lists import sources
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.sources import Row, Service, read_list_file, read_site, read_zones
from sm_dns.util.errors import BadInput


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def list_of(path: Path, category: str, service: str, name: str) -> list[Row]:
    return list(read_list_file(path, category, service, name))


def test_rows_carry_their_line_and_list(tmp_path: Path) -> None:
    path = write(tmp_path / "x.txt", "# name: X\nexample.com\n\nfull:a.example.net\n")
    tag = Tag("social", "x", "site:x.txt")
    assert list_of(path, "social", "x", "site:x.txt") == [
        (Entry(from_text("example.com"), False, 2), tag),
        (Entry(from_text("a.example.net"), True, 4), tag),
    ]


def test_a_bad_line_is_refused_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "x.txt", "example.com\nbad name\n")
    with pytest.raises(BadInput) as caught:
        list_of(path, "social", "x", "x")
    assert str(caught.value) == f"{path}:2: unexpected word 'name' after the name"


def test_octets_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"a.com\n\xff.com\n")
    with pytest.raises(BadInput) as caught:
        list_of(path, "social", "x", "x")
    assert (caught.value.line, str(caught.value.reason)) == (2, "not UTF-8")


def test_a_web_page_is_refused_with_its_file(tmp_path: Path) -> None:
    path = write(tmp_path / "x.txt", "<!doctype html>")
    with pytest.raises(BadInput, match="web page") as caught:
        list_of(path, "social", "x", "x")
    assert caught.value.file == str(path)


def test_only_regular_files_of_bounded_size_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T14: neither FIFOs nor endless files."""
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", Path("/dev/zero"), tmp_path):
        with pytest.raises(BadInput, match="not a regular file"):
            list_of(path, "social", "x", "x")
    with pytest.raises(BadInput, match="cannot be read"):
        list_of(tmp_path / "missing.txt", "social", "x", "x")
    monkeypatch.setattr(sources, "MAX_FILE", 5)
    with pytest.raises(BadInput, match="over 5 octets"):
        list_of(write(tmp_path / "x.txt", "a.com\n"), "social", "x", "x")


def test_zones_give_rows_and_a_catalogue(tmp_path: Path) -> None:
    write(tmp_path / "social/facebook.txt", "# name: Facebook\n# note: x: y\nfacebook.com\n")
    write(tmp_path / "allow/own.txt", "# name: Our own\nexample.com\n# name: not a header\n")
    write(tmp_path / "README.md", "not a list")
    zones = read_zones(tmp_path)
    assert zones.services == [
        Service("allow", "own", "Our own", "shipped:allow/own.txt"),
        Service("social", "facebook", "Facebook", "shipped:social/facebook.txt"),
    ]
    assert [(row.name, tag.category) for row, tag in zones.rows] == [
        (from_text("example.com"), "allow"),
        (from_text("facebook.com"), "social"),
    ]


def test_an_optional_service_lists_its_names_where_it_is_switched_on(tmp_path: Path) -> None:
    write(tmp_path / "social/work.txt", "# name: Work\n# optional: yes\nwork.example\n")
    zones = read_zones(tmp_path)
    assert (zones.rows, [one.on for one in zones.services]) == ([], [False])
    zones = read_zones(tmp_path, ["work"])
    assert (len(zones.rows), [one.on for one in zones.services]) == (1, [True])


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("social/x.txt", "x.com\n# name: late\n", "no '# name:' header"),
        ("social/x.txt", "# name: X\n# category: video\nx.com\n", "says category 'video'"),
        ("social/X Y.txt", "# name: X\nx.com\n", "cannot name"),
        ("Social/x.txt", "# name: X\nx.com\n", "cannot name"),
        ("x.txt", "# name: X\nx.com\n", "no CATEGORY/SERVICE.txt"),
    ],
)
def test_a_zone_file_out_of_order_is_refused(tmp_path: Path, path: str, text: str, reason: str) -> None:
    write(tmp_path / path, text)
    with pytest.raises(BadInput, match=reason):
        read_zones(tmp_path)


def test_the_sites_own_lists(tmp_path: Path) -> None:
    write(tmp_path / "social.txt", "Bücher.example\n")
    (row,) = read_site(sorted(tmp_path.glob("*.txt")), to_ascii=lambda text: "xn--bcher-kva.example")
    assert row == (
        Entry(from_text("xn--bcher-kva.example"), False, 1),
        Tag("social", "site", "site:social.txt"),
    )
    with pytest.raises(BadInput, match="not ASCII"):
        list(read_site(sorted(tmp_path.glob("*.txt"))))
