"""A report for a spreadsheet: its tables one below the other, every cell inert (RPT-5).

UTF-8 with the mark that spreadsheets look for, comma, CR LF (RFC 4180). Numbers in tables have no sign between their
thousands. A cell that a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from sm_dns.report.document import Bars, Block, Document, Facts, Headline, Heat, Notes, Table
from sm_dns.report.formatting import cell_text, hour_text
from sm_dns.report.sanitize import clean
from sm_dns.report.texts import say

_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def render(document: Document) -> str:
    """The whole report, with the byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in _rows(document):
        writer.writerow([inert(cell) for cell in row])
    return "\N{BYTE ORDER MARK}" + out.getvalue()


def inert(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    cleaned = clean(text)
    return f"'{cleaned}" if text.lstrip(" ").startswith(_FORMULA) else cleaned


def _rows(document: Document) -> Iterator[Iterable[str]]:
    language, head = document.language, document.letterhead
    yield (document.title, document.kind)
    pairs = (
        ("classification", head.classification),
        ("our_reference", head.reference),
        ("date", document.prepared),
    )
    yield from ((say(language, key), value) for key, value in pairs if value)
    yield from ((text,) for text in (head.agency, head.department) if text)
    for section in document.sections:
        yield ()
        if section.heading:
            yield (section.heading,)
        for block in section.blocks:
            yield from _block(block, language)
    yield ()
    yield (document.source,)


def _block(block: Block, language: str) -> Iterator[Iterable[str]]:
    match block:
        case Facts(pairs):
            yield from pairs
        case Headline(text):
            yield (text,)
        case Notes(lines):
            yield from ((line,) for line in lines)
        case Table(columns, rows, numbers, empty):
            yield columns if rows else (empty,)
            yield from (
                tuple(_plain(cell) if at in numbers else cell for at, cell in enumerate(row)) for row in rows
            )
        case Heat(corner, rows, limit):
            yield (corner, *map(hour_text, range(24)))
            yield from (
                (name, *(_plain(cell_text(language, cell, limit)) for cell in cells)) for name, cells in rows
            )
        case Bars():
            pass  # a picture of the table beside it


def _plain(number: str) -> str:
    """A number without what stands between its thousands, which a program takes for the end of it."""
    return number.replace(",", "") if _GROUPED.fullmatch(number) else number
