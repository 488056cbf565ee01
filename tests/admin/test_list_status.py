from __future__ import annotations

from pathlib import Path

from sm_dns.admin.list_status import ListStatus, list_status
from sm_dns.admin.surroundings import look_around
from tests.support.configuration import MINIMAL, load


def test_a_list_that_never_came_has_no_names(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL + "lists: [{name: x, url: 'https://x.example', category: social}]\n")
    assert list_status(settings, look_around(settings), settings.lists[0]) == ListStatus(
        name="x",
        category="social",
        service="x",
        url="https://x.example",
        format="auto",
        fetched=None,
        checked=None,
        names=0,
        problems=0,
        exceptions=0,
        beyond_dns=0,
        stays_open=0,
    )
