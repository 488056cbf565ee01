"""The ratios that the last bench of this code found, committed beside the document that tells of them.

A bench compares what it finds with them, and fails where a ratio rose by more than `ALLOWED`. It is the median of the
rounds that is compared: of three, two must have risen for it to be so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "performance.json"
ALLOWED = 1.15

Ratios = Mapping[str, float]
"""CPU a query, or whatever is compared, over the reference's, by the kind of work."""


def fallen(bench: str, found: Ratios, file: Path = FILE) -> list[str]:
    """A line for each ratio of a bench that is worse than the committed one by more than is allowed."""
    known = _read(file).get(bench, {})
    return [
        f"{bench}: {work}: {ratio:.2f}, and it was {known[work]:.2f}"
        for work, ratio in found.items()
        if work in known and ratio > ALLOWED * known[work]
    ]


def keep(bench: str, found: Ratios, file: Path = FILE) -> None:
    """Write the ratios of a bench into the file in the place of those that it had."""
    whole = {**_read(file), bench: {work: round(ratio, 2) for work, ratio in found.items()}}
    file.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def conclude(bench: str, found: Ratios, *, keeps: bool) -> int:
    """Keep the ratios, or say which fell; the exit code of the bench."""
    if keeps:
        keep(bench, found)
        return 0
    worse = fallen(bench, found)
    print(*worse, sep="\n", file=sys.stderr)
    return 1 if worse else 0


def _read(file: Path) -> dict[str, dict[str, float]]:
    try:
        found: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found
