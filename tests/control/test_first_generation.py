"""A service begins with what the files say, or with the last that was good."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from sm_dns.control.first_generation import First, first_generation, last_good
from sm_dns.util.errors import BadInput
from tests.support.site import Site


def first(site: Site, rehearsal: float = 0.0) -> First:
    return asyncio.run(first_generation(site.config, rehearsal))


def test_files_that_are_good_are_what_it_begins_with(site: Site) -> None:
    found = first(site)
    assert (found.trouble, found.generation.service.listen) == (None, (("127.0.0.1", 5335),))


def test_a_file_that_is_broken_leaves_the_last_good_policy(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    old = site.compile()
    site.config.write_text("listen: [\n")
    found = first(site)
    assert found.generation.directory == old.directory
    assert str(found.trouble).startswith(f"{site.config}:2: ")
    assert "the last good policy is in force (generation 1)" in caplog.text


def test_a_damaged_one_is_passed_over_for_the_one_before(site: Site) -> None:
    old, damaged = site.compile(), site.compile()
    (damaged.directory / "policy.json").write_text("{")
    site.config.unlink()
    found = last_good(site.config)
    assert found is not None and found.directory == old.directory


def test_names_that_are_damaged_in_place_leave_the_generation_before(site: Site) -> None:
    """A worker that maps them would not notice; and what one place of the disk loses must be in one of the two."""
    old, damaged = site.compile(), site.compile()
    damaged.snapshot.names.close()
    with (damaged.directory / "names.idx").open("r+b") as file:
        file.seek(-2000, os.SEEK_END)
        octet = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([octet[0] ^ 1]))
    site.config.unlink()
    found = last_good(site.config)
    assert found is not None and found.directory == old.directory


def test_that_of_another_configuration_is_not_taken(site: Site) -> None:
    directory = site.compile().directory
    other = site.config.with_name("other.yaml")
    shutil.copy(site.config, other)
    assert last_good(other) is None
    assert last_good(site.config) is not None and directory.is_dir()


def test_without_one_the_error_is_told(site: Site) -> None:
    site.config.write_text("listen: [\n")
    with pytest.raises(BadInput, match=r"sm-dns\.yaml:2: "):
        first(site)


def test_a_rehearsal_of_broken_files_is_refused(site: Site) -> None:
    site.compile()
    site.config.write_text("listen: [\n")
    with pytest.raises(BadInput):
        first(site, rehearsal=3600.0)


def test_a_place_for_generations_that_cannot_be_read_is_none(site: Site, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("no folder")
    assert last_good(site.config) is None
