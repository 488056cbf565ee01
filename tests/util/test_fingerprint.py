from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sm_dns.util.fingerprint import fingerprint


def _rewrite(folder: Path) -> None:
    (folder / "social.txt").write_text("more than before\n")


def _same_size(folder: Path) -> None:
    path = folder / "social.txt"
    before = path.stat()
    path.write_text("b\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def _replace_with_old_times(folder: Path) -> None:
    path, draft = folder / "social.txt", folder / ".draft"
    before = path.stat()
    draft.write_text("b\n")
    os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))
    draft.replace(path)


CHANGES: list[Callable[[Path], object]] = [
    _rewrite,
    _same_size,
    _replace_with_old_times,
    lambda folder: (folder / "social.txt").unlink(),
    lambda folder: (folder / "new.txt").write_text(""),
    lambda folder: (folder / "social.txt").rename(folder / "streaming.txt"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_folder_is_seen(tmp_path: Path, change: Callable[[Path], object]) -> None:
    (tmp_path / "social.txt").write_text("a\n")
    before = fingerprint([tmp_path])
    assert fingerprint([tmp_path]) == before
    change(tmp_path)
    assert fingerprint([tmp_path]) != before


def test_drafts_and_what_is_not_there_are_no_change(tmp_path: Path) -> None:
    (tmp_path / "social.txt").write_text("a\n")
    paths = [tmp_path, tmp_path / "nowhere", tmp_path / "social.txt" / "below"]
    before = fingerprint(paths)
    (tmp_path / ".social.txt.swp").write_text("x")
    assert fingerprint(paths) == before


def test_a_file_that_comes_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "exemptions.json"
    assert fingerprint([path]) == frozenset()
    path.write_text("[]")
    assert len(fingerprint([path])) == 1
