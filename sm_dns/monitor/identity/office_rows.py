"""The rows of a table as spreadsheets write them: `,`, `;` or tabs between its cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from sm_dns.util.errors import BadInput

MAX_ROWS = 200_000

SEPARATORS = ",;\t"
_HINT = "sep="  # a first line of Excel's
_WORKBOOKS = ("PK\x03\x04", "ÐÏ\x11à")  # XLSX and XLS, as text


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with its line: its cells without blanks around them.

    Raises `BadInput` with the line for what is no such table, some of it as it is read.
    """
    return rows_by(text, _separator(_lines(text)))


def rows_by(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The same where it is known what stands between the cells."""
    if text.startswith(_WORKBOOKS):
        raise BadInput("is a workbook: save it as CSV", line=1)
    return _rows([f"{line}\n" for line in _lines(text)], separator)  # a cell may have several lines


def _lines(text: str) -> list[str]:
    """Lines by whatever ends them, a carriage return alone too."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _separator(lines: Sequence[str]) -> str:
    """What stands oftenest in the first line that says something."""
    for line in lines:
        if line.strip() and not line.lstrip().startswith(("#", _HINT)):
            return max(SEPARATORS, key=line.count)
    return ","


def _rows(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for values in reader:
            cells = [value.strip() for value in values]
            if not any(cells) or _is_remark(cells):
                continue
            if reader.line_num > MAX_ROWS:
                raise BadInput("more than {most} lines", line=reader.line_num, most=MAX_ROWS)
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadInput("not CSV: {reason}", line=reader.line_num, reason=error) from error


def _is_remark(cells: Sequence[str]) -> bool:
    """Whether a row is a comment or a hint; a `#` alone before other cells heads a column of numbers."""
    return cells[0].startswith(("#", _HINT)) and not (cells[0] == "#" and any(cells[1:]))
