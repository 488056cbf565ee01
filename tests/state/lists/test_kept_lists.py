"""A list of the site that vanishes stays in force, is told, and goes when somebody says that it is meant."""

from __future__ import annotations

import shutil

import pytest

from sm_dns.dns import names
from sm_dns.generation.directory import Generation
from sm_dns.state.lists import kept_lists
from tests.support.site import Site


def listed(generation: Generation, name: str) -> bool:
    return bool(generation.snapshot.names.lookup(names.from_text(name)))


@pytest.mark.parametrize("how", ["the file", "the folder"])
def test_it_stays_until_its_removal_is_accepted(site: Site, how: str) -> None:
    file = site.list("streaming", "film.example")
    (site.zones / "local.zone").write_text("intranet.corp. A 10.0.0.7\n")
    before = site.compile()
    assert listed(before, "film.example") and before.service.left_out == {}
    if how == "the file":
        file.unlink()
    else:
        shutil.rmtree(site.zones)
    without = site.compile()
    assert listed(without, "film.example") and without.same_answers(before)
    assert "the file is gone" in str(without.service.left_out[str(file)])
    kept_lists.accept_removed(site.state)
    after = site.compile()
    assert not listed(after, "film.example") and after.service.left_out == {}
    assert listed(site.compile(), "film.example") is False


def test_what_comes_back_rules_as_it_is(site: Site) -> None:
    site.list("streaming", "film.example")
    site.compile()
    (site.zones / "streaming.txt").unlink()
    site.compile()
    site.list("streaming", "other.example")
    found = site.compile()
    assert listed(found, "other.example") and not listed(found, "film.example")
    assert found.service.left_out == {}


def test_a_list_that_is_emptied_on_purpose_is_empty(site: Site) -> None:
    site.list("streaming", "film.example")
    site.compile()
    site.list("streaming")
    found = site.compile()
    assert not listed(found, "film.example") and found.service.left_out == {}
