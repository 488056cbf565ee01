#!/usr/bin/env python3
"""Makes a release: `packaging/release.py VERSION` is `make release VERSION=0.2.0`.

What stands under [Unreleased] in CHANGELOG.md becomes that version with today's date, `sm_dns/__init__.py` names it,
and both are one commit with the tag vVERSION. Nothing is pushed or published. The version stands in that one file, so
that a source without git has it too; between releases `sm-dns --version` tells the commit beside it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHANGELOG, PLACE = ROOT / "CHANGELOG.md", ROOT / "sm_dns" / "__init__.py"
NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")  # https://semver.org/
HEAD = "## [Unreleased]\n"
FIRST_ENTRIES = re.compile(r"^### ", re.MULTILINE)


def main() -> None:
    """Change both files, commit and tag; or say why not, and change nothing."""
    parser = argparse.ArgumentParser(description="Make a release of sm-dns.")
    parser.add_argument("version", help="such as 0.2.0")
    version = parser.parse_args().version
    source, text = PLACE.read_text("utf-8"), CHANGELOG.read_text("utf-8")
    now = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    if now is None:
        sys.exit(f"{PLACE.relative_to(ROOT)} names no version")
    refuse(version, now[1])
    changed = cut(text, version)
    PLACE.write_text(source.replace(now[0], f'__version__ = "{version}"'), encoding="utf-8")
    CHANGELOG.write_text(changed, encoding="utf-8")
    said("git", "commit", "--quiet", "--message", f"Version {version}", str(PLACE), str(CHANGELOG))
    said("git", "tag", "--annotate", f"v{version}", "--message", f"sm-dns {version}")
    print(f"v{version} is made here; `git push --follow-tags` takes it further")


def refuse(version: str, now: str) -> None:
    """End where this version cannot be made of this checkout."""
    if not NUMBER.fullmatch(version):
        sys.exit(f"{version!r} is not a version: it has the form 0.2.0")
    if numbers(version) <= numbers(now) and (version != now or is_tagged(now)):
        sys.exit(f"{version} does not come after {now}")
    if said("git", "status", "--porcelain", "--untracked-files=no"):
        sys.exit("there are changes that are not committed")


def is_tagged(version: str) -> bool:
    """Whether there was a release of that version."""
    return bool(said("git", "tag", "--list", f"v{version}"))


def numbers(version: str) -> list[int]:
    """What decides which of two versions comes later."""
    return [int(part) for part in version.split(".")]


def cut(text: str, version: str) -> str:
    """The changelog with the version; what is said before the first entries stays with what is not released."""
    before, found, rest = text.partition(HEAD)
    ours, _, _ = rest.partition("\n## [")
    entries = FIRST_ENTRIES.search(ours)
    if not found or entries is None:
        sys.exit("CHANGELOG.md has nothing under [Unreleased]")
    if f"## [{version}]" in text:
        sys.exit(f"CHANGELOG.md has [{version}] already")
    today = datetime.now(UTC).date().isoformat()
    kept, told = rest[: entries.start()], rest[entries.start() :]
    return f"{before}{HEAD}{kept}## [{version}] - {today}\n\n{told}"


def said(*command: str) -> str:
    """What a command prints, which must go well."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
