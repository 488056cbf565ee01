"""A release: the changelog is cut, the version named, the commit tagged; or nothing is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.processes import REPOSITORY

CHANGELOG = """\
# Changelog

## [Unreleased]

Planned: this and that.

### Added

- Something new.

## [0.1.0]

### Added

- The first things.
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of the same form."""
    require("git")
    for folder in ("packaging", "sm_dns"):
        (tmp_path / folder).mkdir()
    shutil.copy(REPOSITORY / "packaging" / "release.py", tmp_path / "packaging")
    (tmp_path / "sm_dns" / "__init__.py").write_text('"""Words."""\n\n__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet")
    for name, value in (("user.name", "Somebody"), ("user.email", "somebody@example.org")):
        git(tmp_path, "config", name, value)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "All")
    return tmp_path


def git(checkout: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def release(checkout: Path, version: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "packaging" / "release.py"), version]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_release_cuts_names_commits_and_tags(checkout: Path) -> None:
    before = datetime.now(UTC).date()
    done = release(checkout, "0.2.0")
    assert done.returncode == 0, done.stderr
    text = (checkout / "CHANGELOG.md").read_text()
    told = re.search(
        r"## \[Unreleased\]\n\nPlanned: .*\n\n## \[0\.2\.0\] - (\S+)\n\n### Added\n\n- Something", text
    )
    assert told is not None, text
    assert told[1] in {before.isoformat(), datetime.now(UTC).date().isoformat()}
    assert '__version__ = "0.2.0"' in (checkout / "sm_dns" / "__init__.py").read_text()
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "tag", "--points-at", "HEAD") == "v0.2.0"


def test_the_version_that_stands_there_can_be_the_first_that_is_tagged(checkout: Path) -> None:
    text = CHANGELOG.replace("## [0.1.0]", "## [0.0.9]")
    (checkout / "CHANGELOG.md").write_text(text)
    git(checkout, "commit", "--all", "--quiet", "--message", "More")
    assert release(checkout, "0.1.0").returncode == 0
    assert "does not come after 0.1.0" in release(checkout, "0.1.0").stderr


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("0.2", "is not a version"),
        ("v0.2.0", "is not a version"),
        ("0.0.9", "does not come after 0.1.0"),
        ("0.1.0", "has [0.1.0] already"),
    ],
)
def test_what_is_no_next_version_is_refused(checkout: Path, version: str, why: str) -> None:
    done = release(checkout, version)
    assert done.returncode != 0
    assert why in done.stderr
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "tag") == ""


def test_changes_that_are_not_committed_and_nothing_to_tell_are_refused(checkout: Path) -> None:
    changed = CHANGELOG.replace("### Added\n\n- Something new.\n\n", "")
    (checkout / "CHANGELOG.md").write_text(changed)
    assert "not committed" in release(checkout, "0.2.0").stderr
    git(checkout, "commit", "--all", "--quiet", "--message", "Less")
    assert "nothing under [Unreleased]" in release(checkout, "0.2.0").stderr
    assert git(checkout, "tag") == ""
