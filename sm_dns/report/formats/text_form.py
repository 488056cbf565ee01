"""A report for a terminal or a plain letter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sm_dns.report.document import Bars, Block, Document, Facts, Headline, Heat, Notes, Table
from sm_dns.report.formatting import heat_text
from sm_dns.report.sanitize import clean, narrow, two_lines
from sm_dns.report.texts import say

WIDTH = 100
COLUMNS = 8
_BAR = 40
_NAME = 32


def render(document: Document) -> str:
    """The whole report; ends with a newline."""
    return "\n".join(line.rstrip() for line in _lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    head = document.letterhead
    for text in (head.classification, head.agency, head.department, *head.address):
        if text:
            yield clean(text)
    yield ""
    if head.reference:
        yield f"{say(document.language, 'our_reference')}: {clean(head.reference)}"
    yield f"{say(document.language, 'date')}: {document.prepared}"
    yield ""
    yield document.title.upper()
    yield document.kind
    for section in document.sections:
        yield ""
        if section.heading:
            yield from (section.heading, "-" * len(section.heading))
        for at, block in enumerate(section.blocks):
            if at:
                yield ""
            yield from _block(block, document.language)
    yield ""
    yield from _wrapped(clean(document.source))
    if head.classification:
        yield clean(head.classification)


def _block(block: Block, language: str) -> Iterator[str]:
    match block:
        case Facts(pairs):
            width = max((len(name) for name, _ in pairs), default=0)
            for name, value in pairs:
                yield from _wrapped(clean(value), first=f"{clean(name):<{width}}  ", rest=" " * (width + 2))
        case Headline(text):
            yield from _wrapped(clean(text))
        case Notes(lines, warning):
            sign = "! " if warning else "- " if len(lines) > 1 else ""
            for line in lines:
                yield from _wrapped(clean(line), first=sign, rest=" " * len(sign))
        case Table():
            yield from _table(block)
        case Bars(lines):
            yield from _bars(lines)
        case Heat():
            yield from _heat(block, language)


def _wrapped(text: str, *, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest) or [first]


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        yield table.empty
        return
    for at, part in enumerate(narrow(table, COLUMNS)):
        if at:
            yield ""
        rows = [part.columns, *([clean(cell) for cell in row] for row in part.rows)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(part.columns))]
        for number, row in enumerate(rows):
            yield "  ".join(
                f"{cell:>{width}}" if column in part.numbers else f"{cell:<{width}}"
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            if number == 0:
                yield "  ".join("-" * width for width in widths)


def _bars(lines: tuple[tuple[str, int | None, str], ...]) -> Iterator[str]:
    longest = max((count or 0 for _, count, _ in lines), default=0) or 1
    for name, count, text in lines:
        label = " ".join(two_lines(name, _NAME)[:1])
        yield f"{label:<{_NAME}} {'#' * round(_BAR * (count or 0) / longest)} {text}"


def _heat(heat: Heat, language: str) -> Iterator[str]:
    names = [two_lines(name, _NAME)[0] for name, _ in heat.rows]
    width = max(map(len, (heat.corner, *names)), default=0)
    texts = [[heat_text(language, cell, heat.limit) for cell in cells] for _, cells in heat.rows]
    for half in (range(12), range(12, 24)):
        yield f"{heat.corner:<{width}} " + " ".join(f"{hour:>5}" for hour in half)
        for name, row in zip(names, texts, strict=True):
            yield f"{name:<{width}} " + " ".join(f"{row[hour]:>5}" for hour in half)
