"""What was read of a list: how much it gave, and how much was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_EXAMPLES: Final = 5  # names of a list that stay open, of which it is told which


@dataclass(frozen=True)
class ListRead:
    """One list, called as in a `Tag`. `names` and `exceptions` are entries taken; the others are lines left out.

    `unusable` have no known form, `beyond_dns` say what no resolver can keep, `stays_open` list names that lists of
    others never close. `examples` are the first of such names, each with what wants it open; a list of the site's own
    closes them all the same.
    """

    list: str
    names: int
    exceptions: int
    unusable: int
    beyond_dns: int
    stays_open: int
    examples: tuple[str, ...]
