"""The index is made anew exactly where another would come out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from sm_dns.builder import name_index
from sm_dns.dns.names import from_text
from sm_dns.generation.directory import Generation
from sm_dns.generation.index_note import NOTE
from sm_dns.lists.index_writer import write_index
from sm_dns.lists.sources import Row
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.state.lists.kept_lists import accept_removed
from sm_dns.state.lists.list_checks import CACHE
from sm_dns.util.errors import BadInput
from tests.support.site import Site

URL = "https://lists.example/ads.txt"


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The indexes that were made, and not taken over."""
    found: list[Path] = []

    def write(path: Path, rows: Iterable[Row]) -> None:
        found.append(path)
        write_index(path, rows)

    monkeypatch.setattr(name_index, "write_index", write)
    return found


def is_listed(generation: Generation, name: str) -> bool:
    return bool(generation.snapshot.names.lookup(from_text(name)))


def test_another_policy_over_the_same_lists_takes_the_index_over(site: Site, made: list[Path]) -> None:
    site.list("streaming", "film.example")
    first = site.compile()
    site.config.write_text(site.config.read_text() + "ttl: {denied: 7}\n")
    second = site.compile()
    assert len(made) == 1 and is_listed(second, "film.example")
    assert not (first.directory / NAMES_FILE).samefile(second.directory / NAMES_FILE)
    assert second.snapshot.denied_ttl == 7
    assert not second.same_answers(first)
    assert not any("lists no name" in str(finding.text) for finding in second.service.findings)


def test_a_file_system_that_cannot_copy_by_itself_is_no_damage(
    site: Site, monkeypatch: pytest.MonkeyPatch, made: list[Path]
) -> None:
    def unknown(*arguments: int) -> int:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.copy_file_range", unknown)
    site.list("streaming", "film.example")
    site.compile()
    second = site.compile()
    assert (len(made), second.mends, is_listed(second, "film.example")) == (1, False, True)


def test_a_list_that_changes_comes_or_goes_makes_another(site: Site, made: list[Path]) -> None:
    path = site.list("streaming", "film.example")
    generations = [site.compile()]

    def take_away() -> None:
        path.unlink()
        accept_removed(site.state)

    for change in (
        lambda: site.list("streaming", "sing.example"),  # as long as before
        lambda: site.list("social", "chat.example"),
        take_away,
    ):
        change()
        generations.append(site.compile())
        assert len(made) == len(generations)
    assert [is_listed(one, "film.example") for one in generations] == [True, False, False, False]
    assert [is_listed(one, "sing.example") for one in generations] == [False, True, True, False]
    assert [is_listed(one, "chat.example") for one in generations] == [False, False, True, True]


def fetched(site: Site, name: str, checked: float) -> Generation:
    """Compile after a remote list of one name was last known to be current at `checked`."""
    cache, body = site.state / CACHE, f"{name}\n".encode()
    cache.mkdir(parents=True, exist_ok=True)
    digest = sha256(body).hexdigest()
    if not (kept := cache / f"ads.{digest[:16]}.list").exists():
        kept.write_bytes(body)
    meta = {
        "url": URL,
        "digest": digest,
        "format": "plain",
        "validators": {"etag": None, "last_modified": None},
        "fetched": 1.0,
        "checked": checked,
    }
    (cache / "ads.json").write_text(json.dumps(meta))
    return site.compile()


def test_a_remote_list_counts_by_its_last_good_copy(site: Site, made: list[Path]) -> None:
    site.config.write_text(
        site.config.read_text() + f"lists: [{{name: ads, url: '{URL}', category: social}}]\n"
    )
    never = site.compile()
    assert any("never fetched" in str(finding.text) for finding in never.service.findings)
    first = fetched(site, "one.example", checked=1.0)
    assert is_listed(first, "one.example") and len(made) == 2
    assert not any("never fetched" in str(finding.text) for finding in first.service.findings)
    fetched(site, "one.example", checked=2.0)
    assert len(made) == 2
    assert is_listed(fetched(site, "two.example", checked=3.0), "two.example")


def test_a_category_that_is_gone_is_missed(site: Site) -> None:
    site.config.write_text(site.config.read_text() + "categories: {adult: {action: deny}}\n")
    site.list("adult", "x.example")
    site.compile()
    site.config.write_text(site.config.read_text().replace("categories: {adult: {action: deny}}\n", ""))
    with pytest.raises(BadInput, match="there is no category 'adult'"):
        site.compile()


@pytest.mark.parametrize("damage", ["index", "note", "no note", "another program"])
def test_what_cannot_be_trusted_is_made_anew(
    site: Site, monkeypatch: pytest.MonkeyPatch, made: list[Path], damage: str
) -> None:
    site.list("streaming", "film.example")
    first = site.compile()
    first.snapshot.names.close()
    names, note = first.directory / NAMES_FILE, first.directory / NOTE
    if damage == "index":
        names.write_bytes(names.read_bytes()[:-1] + b"!")
    elif damage == "note":
        note.write_text("[]")
    elif damage == "no note":
        note.unlink()
    else:
        monkeypatch.setattr(name_index, "version", lambda library: "0")
    second = site.compile()
    assert len(made) == 2 and is_listed(second, "film.example")
    # The workers have the damaged one: they are told to swap, though the policy is the same.
    assert second.same_answers(first) is (damage != "index")
    assert second.mends is (damage == "index")
    assert not site.compile().mends
