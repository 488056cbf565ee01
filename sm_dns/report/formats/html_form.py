"""A report as one printable page: nothing is fetched, nothing is run, every name is escaped (NOT-7, RPT-5)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape as _escape

from sm_dns.report.document import Bars, Block, Document, Facts, Headline, Heat, Letterhead, Notes, Table
from sm_dns.report.formats import charts
from sm_dns.report.formats.shapes import Picture
from sm_dns.report.formats.style import style
from sm_dns.report.formats.svg import svg
from sm_dns.report.sanitize import clean, narrow
from sm_dns.report.texts import say

COLUMNS = 9
LONG_WORD = 22  # letters; a longer one breaks where the column ends
MAX_ROWS = 1000  # of one table on paper
HEAT_ROWS = 93  # a quarter of a year; more is no picture any more
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


def render(document: Document) -> str:
    """The whole page."""
    return "".join(_page(document))


def escape(text: str) -> str:
    """The text as it can do nothing in HTML."""
    return _escape(clean(text))


def _page(document: Document) -> Iterator[str]:
    head, language = document.letterhead, document.language
    title = f"{document.title}: {document.kind}"
    yield f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield f"<title>{escape(title)}</title>\n"
    if head.agency:
        yield f'<meta name="author" content="{escape(head.agency)}">\n'
    yield f"<style>{style(language, head.classification)}</style>\n</head>\n<body>\n<main>\n"
    yield from _letterhead(head, document)
    yield f'<h1>{escape(document.title)}</h1>\n<p class="kind">{escape(document.kind)}</p>\n'
    for section in document.sections:
        yield "<section>\n"
        if section.heading:
            yield f"<h2>{escape(section.heading)}</h2>\n"
        for block in section.blocks:
            yield from _block(block, language)
        yield "</section>\n"
    yield from _signatures(language)
    yield f'<p class="source">{escape(document.source)}</p>\n'
    if head.classification:
        yield f'<p class="label">{escape(head.classification)}</p>\n'
    yield "</main>\n</body>\n</html>\n"


def _letterhead(head: Letterhead, document: Document) -> Iterator[str]:
    if head.classification:
        yield f'<p class="label">{escape(head.classification)}</p>\n'
    if head.agency or head.department or head.address or head.logo:
        yield from _sender(head)
    yield '<table class="mark">\n'
    for key, value in (("our_reference", head.reference), ("date", document.prepared)):
        if value:
            yield f"<tr><th>{say(document.language, key)}</th><td>{escape(value)}</td></tr>\n"
    yield "</table>\n"


def _sender(head: Letterhead) -> Iterator[str]:
    yield "<header>\n"
    if head.logo is not None:
        kind = "png" if head.logo.startswith(PNG) else "jpeg"
        yield f'<img alt="" src="data:image/{kind};base64,{base64.b64encode(head.logo).decode()}">\n'
    yield "<div>\n"
    if head.agency:
        yield f'<p class="agency">{escape(head.agency)}</p>\n'
    if head.department:
        yield f'<p class="department">{escape(head.department)}</p>\n'
    for line in head.address:
        yield f"<p>{escape(line)}</p>\n"
    yield "</div>\n</header>\n"


def _block(block: Block, language: str) -> Iterator[str]:
    match block:
        case Facts(pairs):
            yield '<table class="facts">\n'
            yield from (
                f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>\n'
                for name, value in pairs
            )
            yield "</table>\n"
        case Headline(text):
            yield f'<p class="headline">{escape(text)}</p>\n'
        case Notes((line,), warning):
            yield f'<p class="{"warning" if warning else "note"}">{escape(line)}</p>\n'
        case Notes(lines):
            yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>\n"
        case Table():
            yield from _table(block, language)
        case Bars(lines):
            yield from _figures(charts.bars(block, language, *part) for part in charts.parts(len(lines)))
        case Heat(rows=rows) if len(rows) > HEAT_ROWS:
            yield f'<p class="note">{escape(say(language, "heat_left_out", days=HEAT_ROWS))}</p>\n'
        case Heat(rows=rows):
            yield from _figures(charts.heat(block, language, *part) for part in charts.parts(len(rows)))
            if block.shut:
                yield f'<p class="note"><span class="shut"></span> {escape(block.shut_says)}</p>\n'


def _figures(pictures: Iterable[Picture]) -> Iterator[str]:
    yield from (f"<figure>{svg(picture)}</figure>\n" for picture in pictures)


def _table(table: Table, language: str) -> Iterator[str]:
    if not table.rows:
        yield f'<p class="empty">{escape(table.empty)}</p>\n'
        return
    for part in narrow(table, COLUMNS):
        yield '<table class="rows">\n<thead><tr>'
        for at, column in enumerate(part.columns):
            yield f'<th scope="col"{_kind(part, at, column)}>{escape(column)}</th>'
        yield "</tr></thead>\n<tbody>\n"
        for number, row in enumerate(part.rows[:MAX_ROWS], start=1):
            last = ' class="total"' if part.total and number == len(part.rows) else ""
            cells = (f"<td{_kind(part, at, cell)}>{escape(cell)}</td>" for at, cell in enumerate(row))
            yield f"<tr{last}>{''.join(cells)}</tr>\n"
        yield "</tbody>\n</table>\n"
    if len(table.rows) > MAX_ROWS:
        left = len(table.rows) - MAX_ROWS
        yield f'<p class="note">{escape(say(language, "more_rows", count=left))}</p>\n'


def _kind(table: Table, column: int, text: str) -> str:
    """Figures stand to the right and stay whole; only a word that is too long for a column may break anywhere."""
    if column in table.numbers:
        return ' class="figure"'
    return ' class="long"' if max(map(len, text.split()), default=0) > LONG_WORD else ""


def _signatures(language: str) -> Iterator[str]:
    yield '<table class="signatures">\n<tr>'
    for key in ("prepared_by", "confirmed_by"):
        lines = "".join(
            f'<p><span class="line"></span>{say(language, each)}</p>'
            for each in ("signature", "name_and_post", "date")
        )
        yield f"<td><p>{say(language, key)}:</p>{lines}</td>"
    yield "</tr>\n</table>\n"
