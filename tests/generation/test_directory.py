from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.generation.directory import discard, discard_others, open_generation, refuse_shrunken
from sm_dns.serve.worker_settings import RESOLVER_FILE
from sm_dns.util.errors import BadInput
from tests.support.site import Site


def test_versions_tell_generations_apart(site: Site) -> None:
    first = site.compile()
    site.list("streaming", "film.example")
    second = site.compile()
    numbers = [(one.versions()["generation"], one.versions()["names"]) for one in (first, second)]
    names = len(first.snapshot.names)
    assert numbers == [(1, names), (2, names + 1)]
    assert first.versions()["version"] != second.versions()["version"]


@pytest.mark.parametrize("part", ["policy.json", "names.idx", "service.json"])
def test_a_part_that_is_missing_is_no_generation(site: Site, part: str) -> None:
    directory = site.compile().directory
    (directory / part).unlink()
    with pytest.raises(BadInput):
        open_generation(directory)


def test_lists_that_lost_more_than_half_their_names_are_refused(site: Site) -> None:
    shipped = site.compile()
    total = len(shipped.snapshot.names)
    site.list("streaming", *(f"name{number}.example" for number in range(total)))
    double = site.compile()
    site.list("streaming", *(f"name{number}.example" for number in range(total + 10)))
    more = site.compile()
    refuse_shrunken(double, shipped)  # just half is left
    refuse_shrunken(shipped, more)
    with pytest.raises(BadInput, match=f"shrank from {2 * total + 10} names to {total}: `sm-dns reload"):
        refuse_shrunken(more, shipped)


def test_discarding_takes_an_empty_place_along(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "place" / str(number) / "part").mkdir(parents=True)
    discard(tmp_path / "place" / "1")
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["2"]
    discard(tmp_path / "place" / "2")
    assert not (tmp_path / "place").exists()
    discard(tmp_path / "place" / "2")


def test_everything_but_what_is_kept_is_discarded(tmp_path: Path) -> None:
    for name in ("00000001", "00000002", "00000003", ".new-abc"):
        (tmp_path / name).mkdir()
    discard_others([tmp_path / "00000002", tmp_path / "00000003"])
    assert {path.name for path in tmp_path.iterdir()} == {"00000002", "00000003"}


def test_what_an_earlier_version_wrote_names_nobody_to_ask(site: Site) -> None:
    """Workers go without it (OPS-2); whoever only looks must not fail."""
    made = site.compile()
    assert made.upstreams() != ()
    (made.directory / RESOLVER_FILE).write_text('{"upstreams": [["192.0.2.1", 53]], "cache_bytes": 1}')
    assert made.upstreams() == ()
