from __future__ import annotations

import json
from pathlib import Path

from sm_dns.cli.texts.list_text import list_line
from sm_dns.control.list_standings import list_standings
from sm_dns.generation.list_source import ListSource
from sm_dns.lists.list_read import ListRead
from sm_dns.state.lists.list_checks import CACHE

OWN = ListSource("social.txt", "social", "/z/social.txt", 1_786_334_400.0, ListRead("", 3, 0, 0, 0, 0, ()))
REMOTE = ListSource("x", "social", "https://l.example/x", None, ListRead("", 9, 1, 2, 3, 4, ()))
NEVER = ListSource("y", "social", "https://l.example/y", None, None)


def test_how_much_from_where_how_old_and_what_was_left_out(tmp_path: Path) -> None:
    (tmp_path / CACHE).mkdir()
    noted = {"fetched": 1_786_334_400.0, "checked": 1_786_338_000.0}
    (tmp_path / CACHE / "x.json").write_text(json.dumps(noted))
    assert list(map(list_line, list_standings([OWN, REMOTE, NEVER], tmp_path))) == [
        "list social.txt: social, 3 names; from 2026-08-10T04:00:00Z, /z/social.txt",
        "list x: social, 9 names, 1 exceptions; left out: 2 unusable, 3 not for DNS, 4 must stay open; "
        "from 2026-08-10T04:00:00Z, checked 2026-08-10T05:00:00Z, https://l.example/x",
        "list y: social, 0 names; never fetched, https://l.example/y",
    ]
