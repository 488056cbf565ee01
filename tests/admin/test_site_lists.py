from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.admin import site_lists
from sm_dns.dns.names import from_text
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.sources import read_site
from sm_dns.util.errors import BadInput
from tests.support.changes import put

SHIPPED = Tag("social", "facebook", "shipped:social/facebook.txt")
VIDEO = Tag("streaming", "video", "shipped:streaming/video.txt")
ROWS = [
    (Entry(from_text("facebook.com"), exact=False, line=3), SHIPPED),
    (Entry(from_text("exact.example"), exact=True, line=4), SHIPPED),
    (Entry(from_text("video.facebook.com"), exact=False, line=2), VIDEO),
]


def test_matches_end_on_label_boundaries_and_the_longest_comes_first() -> None:
    found = site_lists.find(ROWS, from_text("a.video.facebook.com"))
    assert [match.tag.service for match in found] == ["video", "facebook"]
    assert site_lists.find(ROWS, from_text("notfacebook.com")) == []
    assert site_lists.find(ROWS, from_text("exact.example"))
    assert site_lists.find(ROWS, from_text("a.exact.example")) == []


def test_a_covered_name_is_placed_by_what_covers_it() -> None:
    [covered, elsewhere, exact, first, below] = site_lists.place(
        ROWS,
        "social",
        map(
            from_text,
            ["m.facebook.com", "video.facebook.com", "exact.example", "new.example", "a.new.example"],
        ),
    )
    assert covered.covered is not None
    assert (covered.covered.tag, covered.covered.line) == (SHIPPED, 3)
    assert [match.tag for match in elsewhere.elsewhere] == [VIDEO]
    # The line in the list means that name only; adding it means what is below it, too.
    assert exact.covered is None
    assert first.covered is None
    assert below.covered is not None
    assert below.covered.tag.list == "this command"


def test_another_category_does_not_cover() -> None:
    [placing] = site_lists.place(ROWS, "allow", [from_text("facebook.com")])
    assert placing.covered is None
    assert [match.tag for match in placing.elsewhere] == [SHIPPED]


def test_adding_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "zones" / "social.txt"
    path.parent.mkdir()
    path.write_text("# ours\nz.example  # why\n\na.example @nxdomain")
    put(site_lists.added(path.parent, "social", [from_text("m.example")]))
    assert path.read_text() == "# ours\nz.example  # why\n\na.example @nxdomain\nm.example\n"


def test_a_new_file_reads_back(tmp_path: Path) -> None:
    zones = tmp_path / "zones"
    put(site_lists.added(zones, "social", [from_text("m.example"), from_text("n.example")]))
    assert [(entry.name, tag.list) for entry, tag in read_site(sorted(zones.glob("*.txt")))] == [
        (from_text("m.example"), "site:social.txt"),
        (from_text("n.example"), "site:social.txt"),
    ]


def test_removing_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "social.txt"
    path.write_text("# ours\nz.example  # why\nfull:a.example @nxdomain\nÜ.example\n# end")
    file, removed = site_lists.removed(
        tmp_path, "social", map(from_text, ["a.example", "xn--tda.example", "b.example"])
    )
    put(file)
    assert removed == ["full:a.example @nxdomain", "Ü.example"]
    assert path.read_text() == "# ours\nz.example  # why\n# end"
    assert site_lists.removed(tmp_path, "social", [from_text("a.example")])[1] == []


def test_a_damaged_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "social.txt"
    path.write_text("a.example\nnot a name\n")
    with pytest.raises(BadInput, match=r"social.txt:2: "):
        site_lists.removed(tmp_path, "social", [from_text("a.example")])
    assert path.read_text() == "a.example\nnot a name\n"
