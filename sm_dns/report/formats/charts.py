"""Pictures of reports: bars and heat maps as shapes, the same ones on pages and on paper.

A picture is of some of the lines, so that paper can break between them. Figures have a contrast of 4.5 to 1 at least,
and on A4 a height of 7 points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sm_dns.i18n.dates import number_text
from sm_dns.monitor.figures.ticks import ticks
from sm_dns.monitor.model import Cell
from sm_dns.report.document import Bars, Heat
from sm_dns.report.formats.shapes import WIDTH, Anchor, Box, Line, Picture, Shape, Words
from sm_dns.report.formatting import cell_text, heat_text, hour_text
from sm_dns.report.sanitize import two_lines
from sm_dns.util.strict_json import Span

ROWS_A_PICTURE = 31

INK, GREY, LINE, FAINT, KEPT_BACK = "#1a1a1a", "#5f5f5f", "#c8ccd2", "#e3e6ea", "#e9e9e9"
# From few to many; white figures from the fourth step on.
SCALE = ("#e6edf5", "#c3d4e8", "#93b1d3", "#4a719f", "#2c5484", "#123a66")
_FIRST_DARK = 3
BAR, SHUT = "#2c5484", "#c9780a"
SHUT_HIGH = 2.2

ROW, HEAD, AXIS = 20, 18, 17
LABEL = 32  # letters on each of the two lines of a label
SIZE = 10.5  # of letters: 7 points where the picture is as wide as the text of an A4 page
_LETTER = 5.9  # about the width of one


def parts(lines: int) -> Iterator[tuple[int, int]]:
    """Where each picture of so many lines begins and ends on a page."""
    return ((at, min(at + ROWS_A_PICTURE, lines)) for at in range(0, lines, ROWS_A_PICTURE))


def heat(block: Heat, language: str, start: int, end: int) -> Picture:
    """The rows [start, end), shaded by the largest count of all rows."""
    most = max((cell.count or 0 for _, cells in block.rows for cell in cells), default=0)
    left = _label_width([name for name, _ in block.rows])
    wide = (WIDTH - left) / 24
    shapes: list[Shape] = [Words(0, HEAD - 6, block.corner, GREY)]
    shapes += [
        Words(left + wide * (hour + 0.5), HEAD - 6, f"{hour:02d}", GREY, "middle") for hour in range(24)
    ]
    for at, (name, cells) in enumerate(block.rows[start:end]):
        top = HEAD + at * ROW
        shapes += _label(name, top, left)
        for hour, cell in enumerate(cells):
            text = heat_text(language, cell, block.limit)
            says = f"{name}, {hour_text(hour)}: {cell_text(language, cell, block.limit)}"
            shapes += _cell(cell, text, most, Box(left + wide * hour, top, wide, ROW, "#ffffff", LINE, says))
        if block.shut:
            shapes += _shut(block.shut[start + at], left, top, wide)
    return Picture(block.name, HEAD + (end - start) * ROW + 1, tuple(shapes))


def bars(block: Bars, language: str, start: int, end: int) -> Picture:
    """The lines [start, end) over an axis, as long as their counts beside the largest of all lines."""
    most = max((count or 0 for _, count, _ in block.lines), default=0)
    left = _label_width([name for name, _, _ in block.lines])
    room = WIDTH - left - 70
    shown = block.lines[start:end]
    foot = len(shown) * ROW
    shapes: list[Shape] = []
    for tick in ticks(most):
        x = left + room * tick / (most or 1)
        shapes.append(Line(x, 0, x, foot, FAINT if tick else GREY))
        shapes.append(Words(x, foot + 11, number_text(language, tick), GREY, "middle"))
    for at, (name, count, text) in enumerate(shown):
        top = at * ROW
        shapes += _label(name, top, left)
        length = room * (count or 0) / (most or 1)
        if length:
            shapes.append(Box(left, top + 3, length, ROW - 6, BAR))
        shapes.append(Words(left + length + 6, top + ROW / 2 + 3.5, text, INK))
    return Picture(block.name, foot + AXIS, tuple(shapes))


def step(count: int, most: int) -> int:
    """Which colour of `SCALE` a count has, of the largest one."""
    return min(len(SCALE) * count // (most + 1), len(SCALE) - 1)


def _cell(cell: Cell, text: str, most: int, box: Box) -> Iterator[Shape]:
    fill, ink = box.fill, GREY
    if cell.count is None:
        fill = KEPT_BACK
    elif cell.count:
        which = step(cell.count, most)
        fill, ink = SCALE[which], "#ffffff" if which >= _FIRST_DARK else INK
    yield replace(box, fill=fill)
    yield Words(box.x + box.width / 2, box.y + ROW / 2 + 3, text, ink, "middle", SIZE, room=box.width - 1.6)


def _shut(spans: tuple[Span, ...], left: float, top: float, wide: float) -> Iterator[Shape]:
    """A line under the minutes of a row in which access is not permitted."""
    for start, end in spans:
        x, width = left + wide * start / 60, wide * (end - start) / 60
        yield Box(x, top + ROW - SHUT_HIGH - 0.4, width, SHUT_HIGH, SHUT)


def _label_width(names: list[str]) -> int:
    longest = max((len(line) for name in names for line in two_lines(name, LABEL)), default=0)
    return round(longest * _LETTER) + 10


def _label(name: str, top: float, left: int) -> list[Shape]:
    lines = two_lines(name, LABEL)
    end: Anchor = "end"
    if len(lines) == 1:
        return [Words(left - 6, top + ROW / 2 + 3.5, lines[0], INK, end)]
    return [Words(left - 6, top + 9 + 9.3 * at, line, INK, end) for at, line in enumerate(lines)]
