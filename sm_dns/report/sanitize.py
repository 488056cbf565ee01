"""Text of others made fit to print: nothing that steers a terminal, a reader's direction of writing or a layout."""

from __future__ import annotations

import textwrap

from sm_dns.report.document import Table

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """The text with every character that does not print replaced."""
    return "".join(char if char.isprintable() else REPLACEMENT for char in text)


def two_lines(text: str, width: int) -> list[str]:
    """A name on at most two lines of `width` characters; a longer one ends with an ellipsis."""
    return textwrap.wrap(clean(text), width, max_lines=2, placeholder="…", break_on_hyphens=False) or [""]


def narrow(table: Table, most: int) -> list[Table]:
    """The table as several of at most `most` columns, each with the first column before it."""
    if len(table.columns) <= most or not table.rows:
        return [table]
    parts = []
    for start in range(1, len(table.columns), most - 1):
        end = min(start + most - 1, len(table.columns))
        numbers = {at - start + 1 for at in table.numbers if start <= at < end}
        parts.append(
            Table(
                (table.columns[0], *table.columns[start:end]),
                tuple((row[0], *row[start:end]) for row in table.rows),
                frozenset(numbers | ({0} & table.numbers)),
                table.empty,
                table.total,
            )
        )
    return parts
