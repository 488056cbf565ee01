from __future__ import annotations

import json
from pathlib import Path

from sm_dns.admin.policy_document import each_row
from sm_dns.admin.surroundings import look_around
from sm_dns.builder.list_checks import list_findings
from sm_dns.lists.list_read import ListRead
from tests.support.configuration import MINIMAL, load
from tests.support.site import NOON

DAY = 86_400
LIST = "lists: [{name: x, url: 'https://x.example', category: social, refresh: 1d}]\n"


def found(folder: Path, *reads: ListRead, now: float = NOON) -> list[str]:
    settings = load(folder, MINIMAL + LIST)
    return [str(one.text) for one in list_findings(settings, reads, now)]


def read(names: int = 10, stays_open: int = 0, *examples: str) -> ListRead:
    return ListRead("remote:x", names, 0, 0, 0, stays_open, examples)


def noted(folder: Path, checked: float) -> None:
    settings = load(folder, MINIMAL + LIST)
    (settings.state_dir / "lists").mkdir(parents=True)
    (settings.state_dir / "lists" / "x.json").write_text(json.dumps({"checked": checked}))


def test_a_list_that_was_never_fetched(tmp_path: Path) -> None:
    assert found(tmp_path) == ["list 'x' was never fetched: run `sm-dns lists refresh`"]


def test_a_list_that_gives_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, read(0)) == ["list 'x' gives no name: run `sm-dns lists show x --left-out`"]


def test_a_list_that_would_close_what_stays_open(tmp_path: Path) -> None:
    assert found(tmp_path, read(5, 2, "a.com (routes)", "b.com (lists)")) == [
        "list 'x' would close 2 names that stay open: a.com (routes), b.com (lists)"
    ]


def test_a_list_that_grew_old(tmp_path: Path) -> None:
    noted(tmp_path, NOON - 4 * DAY)
    assert found(tmp_path, read()) == []
    assert found(tmp_path, read(), now=NOON + 1) == ["list 'x' could not be renewed for 4 days"]


def test_what_looks_like_an_own_list_and_is_not_read_is_told(tmp_path: Path) -> None:
    """As an editor of Windows names it, or a folder such as the shipped lists have."""
    settings = load(tmp_path, MINIMAL)
    (settings.zones_dir / "social").mkdir(parents=True)
    for name in (
        "Streaming.TXT",
        "allow.csv",
        "bypass",
        "Local.zone",
        "notes.md",
        "social.txt.bak",
        ".social.swp",
    ):
        (settings.zones_dir / name).write_text("a.example\n")
    told = [str(one.text) for one in list_findings(settings, [], NOON)]
    assert told == [
        f"{settings.zones_dir / name} is not read: the site's own names stand in {wanted}"
        for name, wanted in (
            ("Local.zone", "local.zone"),
            ("Streaming.TXT", "streaming.txt"),
            ("allow.csv", "allow.txt"),
            ("bypass", "bypass.txt"),
            ("social", "social.txt"),
        )
    ]


def test_an_own_list_without_a_name(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    settings.zones_dir.mkdir(parents=True, exist_ok=True)
    (settings.zones_dir / "social.txt").write_text("# nothing\n")
    assert [str(one.text) for one in list_findings(settings, [], NOON)] == [
        f"{settings.zones_dir / 'social.txt'} lists no name"
    ]


def test_an_own_list_that_closes_what_stays_open_is_told_and_followed(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    settings.zones_dir.mkdir(parents=True, exist_ok=True)
    (settings.zones_dir / "allow.txt").write_text("google.com\n")
    (settings.zones_dir / "social.txt").write_text("a.example\nfull:google.com\n")
    around, reads = look_around(settings), list[ListRead]()
    assert len(list(each_row(settings, around, reads))) > 1000
    assert [str(one.text) for one in list_findings(settings, reads, NOON)] == [
        f"{settings.zones_dir / 'social.txt'} closes what lists by URL never close: "
        "google.com (never-close.txt:10)"
    ]
