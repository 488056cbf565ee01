"""Tables on paper: titles at the head of every part, slim tables in several parts side by side. Lengths are in
millimetres."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.report.document import Table
from sm_dns.report.formats import html_form
from sm_dns.report.formats.pdf.columns import LONG_TABLE, PAD, Place, faces, most_beside, need, places
from sm_dns.report.formats.pdf.faces import BLUE, CELL, SMALL, Face
from sm_dns.report.formats.pdf.paper import LEFT, WIDTH, Paper
from sm_dns.report.sanitize import narrow
from sm_dns.report.texts import say

HIGH = 0.5  # over and under what stands in a cell, where there is air
GUTTER = 7.0  # between parts side by side
FEW = 3  # rows that stay together, and that a part side by side has at least
SIDE_BY_SIDE = (4, 3, 2)
FAINT, SHADE = "#d9dde3", "#f1f4f9"

Cells = list[list[str]]  # of a row: the lines of each


def table(paper: Paper, block: Table, language: str) -> None:
    """The table, or what is said where it has no rows."""
    if not block.rows:
        paper.paragraph(block.empty, SMALL)
        return
    shown = replace(block, rows=block.rows[: html_form.MAX_ROWS])
    if len(shown.rows) > LONG_TABLE:
        shown = _without_the_same(paper, shown)
    used = faces(len(shown.rows))
    needs = [need(paper, shown, at, used) for at in range(len(shown.columns))]
    for part in narrow(shown, most_beside(needs)):
        _Part(paper, part).draw()
    if len(block.rows) > len(shown.rows):
        paper.paragraph(say(language, "more_rows", count=len(block.rows) - len(shown.rows)), SMALL)


def least(block: Table) -> float:
    """About how high what must stand together is."""
    return min(len(block.rows) or 1, FEW) * (CELL.height + 2 * HIGH) + 2 * CELL.height + 4


def _without_the_same(paper: Paper, block: Table) -> Table:
    """What every row of a long table says is said once over it."""
    same = [at for at in range(len(block.columns)) if len({row[at] for row in block.rows}) == 1]
    kept = [at for at in range(len(block.columns)) if at not in same]
    if not same or len(kept) < 2:
        return block
    for at in same:
        paper.paragraph(f"{block.columns[at]}: {block.rows[0][at]}", SMALL)
    return replace(
        block,
        columns=tuple(block.columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in block.rows),
        numbers=frozenset(new for new, at in enumerate(kept) if at in block.numbers),
    )


class _Part:
    """A table with no more columns than stand beside each other."""

    def __init__(self, paper: Paper, block: Table) -> None:
        self._paper, self._block = paper, block
        self._faces = faces(len(block.rows))
        needs = [need(paper, block, at, self._faces) for at in range(len(block.columns))]
        self._beside = self._how_many(sum(2 * PAD + each.liked for each in needs))
        self._width = (WIDTH - GUTTER * (self._beside - 1)) / self._beside
        self._places = list(places(needs, block.numbers, self._width))
        self._titles = self._cells(block.columns, self._faces.bold)
        self._high = HIGH * paper.air
        self._head = max(map(len, self._titles)) * self._faces.bold.height + 4 * self._high

    def draw(self) -> None:
        """On as many sheets as it takes."""
        paper, face = self._paper, self._faces.bold if self._block.total else self._faces.cell
        paper.y += 1.5
        rest = [self._cells(row, face) for row in self._block.rows]
        while rest:
            fit = self._fitting(rest)
            if fit < min(len(rest), FEW) and not paper.is_fresh:
                paper.turn()
                continue
            count = min(len(rest), max(fit, 1) * self._beside)
            few = FEW * self._beside
            if 0 < len(rest) - count < few < count / 2:
                count = len(rest) - few
            self._draw(rest[:count], is_last=count == len(rest))
            rest = rest[count:]
            if rest:
                paper.turn()
        paper.y += 2

    def _how_many(self, liked: float) -> int:
        """How many parts stand side by side."""
        fitting = (
            many
            for many in SIDE_BY_SIDE
            if len(self._block.rows) >= many * FEW and liked * many + GUTTER * (many - 1) <= WIDTH
        )
        return 1 if self._block.total else next(fitting, 1)

    def _cells(self, row: tuple[str, ...], face: Face) -> Cells:
        return [
            self._paper.lines(cell, face, place.width - 2 * PAD)
            for cell, place in zip(row, self._places, strict=True)
        ]

    def _height(self, cells: Cells) -> float:
        return max(map(len, cells)) * self._faces.cell.height + 2 * self._high

    def _fitting(self, rows: list[Cells]) -> int:
        """How many of the rows stand one below the other on the rest of the sheet."""
        room = self._paper.rest - self._head
        for at, cells in enumerate(rows):
            room -= self._height(cells)
            if room < 0:
                return at
        return len(rows)

    def _draw(self, rows: list[Cells], *, is_last: bool) -> None:
        """Rows of one sheet, in parts of the same length side by side."""
        paper, top = self._paper, self._paper.y
        each = -(-len(rows) // self._beside)
        lowest = top
        for part in range(-(-len(rows) // each)):
            paper.y = top
            left = LEFT + part * (self._width + GUTTER)
            shown = rows[part * each : (part + 1) * each]
            self._title(left)
            for at, cells in enumerate(shown):
                if self._block.total and is_last and at == len(shown) - 1:
                    self._total(left, cells)
                else:
                    self._row(left, cells)
            lowest = max(lowest, paper.y)
        paper.y = lowest

    def _title(self, left: float) -> None:
        paper, face = self._paper, self._faces.bold
        paper.box(left, paper.y, self._width, self._head, SHADE)
        for lines, place in zip(self._titles, self._places, strict=True):
            self._cell(
                left, place, lines, face, paper.y + self._head - len(lines) * face.height - 2 * self._high
            )
        paper.y += self._head
        paper.rule(paper.y, BLUE, 0.8, x=left, width=self._width)

    def _row(self, left: float, cells: Cells) -> None:
        self._line(left, cells, self._faces.cell)
        self._paper.rule(self._paper.y, FAINT, 0.4, x=left, width=self._width)

    def _total(self, left: float, cells: Cells) -> None:
        self._paper.rule(self._paper.y, BLUE, 0.8, x=left, width=self._width)
        self._line(left, cells, self._faces.bold)
        self._paper.rule(self._paper.y, BLUE, 0.8, x=left, width=self._width)

    def _line(self, left: float, cells: Cells, face: Face) -> None:
        for lines, place in zip(cells, self._places, strict=True):
            self._cell(left, place, lines, face, self._paper.y + self._high)
        self._paper.y += self._height(cells)

    def _cell(self, left: float, place: Place, lines: list[str], face: Face, top: float) -> None:
        paper, room = self._paper, place.width - 2 * PAD
        for at, line in enumerate(lines):
            base = top + at * face.height + face.drop
            if place.is_figure:
                paper.put(left + place.x + place.width - PAD, base, line, face, "end", room=room)
            else:
                paper.put(left + place.x + PAD, base, line, face, room=room)
