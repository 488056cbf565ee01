"""How wide the columns of a table are. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sm_dns.report.document import Table
from sm_dns.report.formats.pdf.faces import CELL, CELL_BOLD, DENSE, DENSE_BOLD, Face
from sm_dns.report.formats.pdf.paper import WIDTH, Paper

PAD = 1.5  # beside what stands in a cell
LONG_WORD = 38.0  # a wider one breaks where its column ends
LONG_TABLE = 60  # rows; one with more is set smaller
TITLE_LINES = 2  # that a title may have without being narrowed


@dataclass(frozen=True, slots=True)
class Faces:
    """How cells are set, and how titles and totals are."""

    cell: Face
    bold: Face


@dataclass(frozen=True, slots=True)
class Place:
    """A column: from `x` right of its part's edge, `width` wide with its padding."""

    x: float
    width: float
    is_figure: bool


@dataclass(frozen=True, slots=True)
class Need:
    """How wide a column must be, is when no cell breaks, and is best with its title, all without its padding."""

    least: float
    whole: float
    liked: float


def faces(rows: int) -> Faces:
    """What a table of so many rows is set in."""
    return Faces(DENSE, DENSE_BOLD) if rows > LONG_TABLE else Faces(CELL, CELL_BOLD)


def need(paper: Paper, table: Table, at: int, used: Faces) -> Need:
    """Of one column of the table."""
    bold, face = used.bold, used.bold if table.total else used.cell
    cells = {row[at] for row in table.rows}
    whole = max((paper.width(cell, face) for cell in cells), default=0)
    longest = max((paper.width(word, face) for cell in cells for word in cell.split()), default=0)
    title = table.columns[at]
    word = max((paper.width(each, bold) for each in title.split()), default=0)
    least = max(whole if at in table.numbers else min(longest, LONG_WORD), min(word, LONG_WORD))
    whole = max(whole, least)
    return Need(least, whole, max(whole, _folded(paper, title, bold, word)))


def most_beside(needs: list[Need]) -> int:
    """How many columns a part has, each beside the first, so that all fit and parts have the same number."""
    wide = [each.least + 2 * PAD for each in needs]
    if sum(wide) <= WIDTH:
        return len(wide)
    others = max(1, int((WIDTH - wide[0]) / max(wide[1:], default=1)))
    parts = -(-(len(wide) - 1) // others)
    return max(2, 1 + -(-(len(wide) - 1) // parts))


def places(needs: list[Need], numbers: frozenset[int], width: float) -> Iterator[Place]:
    """The columns across a width: what is left over is shared; where it is lacking, the widest give way."""
    room = width - 2 * PAD * len(needs)
    x = 0.0
    for at, wide in enumerate(_shared(needs, room)):
        yield Place(x, wide + 2 * PAD, at in numbers)
        x += wide + 2 * PAD


def _shared(needs: list[Need], room: float) -> list[float]:
    least, whole, liked = (
        sum(each) for each in zip(*((n.least, n.whole, n.liked) for n in needs), strict=True)
    )
    if liked <= room:
        return [each.liked * room / (liked or 1) for each in needs]
    if whole <= room:
        return [each.whole + (each.liked - each.whole) * (room - whole) / (liked - whole) for each in needs]
    if least > room:
        return [each.least * room / least for each in needs]
    low, high = 0.0, whole  # the widest that a column may be, beside what it must be
    for _ in range(20):
        middle = (low + high) / 2
        if sum(max(each.least, min(each.whole, middle)) for each in needs) <= room:
            low = middle
        else:
            high = middle
    return [max(each.least, min(each.whole, low)) for each in needs]


def _folded(paper: Paper, title: str, face: Face, word: float) -> float:
    """How wide a title of at most `TITLE_LINES` lines is; word: its longest."""
    wide = max(word, paper.width(title, face) / TITLE_LINES)
    while len(paper.lines(title, face, wide)) > TITLE_LINES:
        wide *= 1.1
    return wide
