"""Pictures on paper: as many of their lines on a sheet as it has room for."""

from __future__ import annotations

from collections.abc import Callable

from sm_dns.report.document import Bars, Heat
from sm_dns.report.formats import charts
from sm_dns.report.formats.pdf.faces import POINT, Face
from sm_dns.report.formats.pdf.paper import BOTTOM, LEFT, TOP, WIDTH, Paper
from sm_dns.report.formats.shapes import WIDTH as UNITS
from sm_dns.report.formats.shapes import Box, Line, Picture, Words

UNIT = WIDTH / UNITS  # millimetres
FEW = 8  # lines that no sheet holds alone: fewer than twice as many are not parted
SPACE = 2.0  # before and after


def heat(paper: Paper, block: Heat, language: str) -> None:
    """A heat map."""
    _picture(paper, len(block.rows), charts.HEAD, lambda start, end: charts.heat(block, language, start, end))


def bars(paper: Paper, block: Bars, language: str) -> None:
    """Bars over an axis."""
    _picture(
        paper, len(block.lines), charts.AXIS, lambda start, end: charts.bars(block, language, start, end)
    )


def least(lines: int) -> float:
    """How high what must stand together of so many lines is."""
    return _height(lines if lines < 2 * FEW else FEW, charts.HEAD) + SPACE


def draw(paper: Paper, picture: Picture) -> None:
    """The shapes, from `paper.y` on, which is then below them."""
    for shape in picture.shapes:
        match shape:
            case Box():
                _box(paper, shape)
            case Line():
                paper.set_draw_color(shape.ink)
                paper.set_line_width(shape.thick * UNIT)
                top = paper.y
                x1, y1, x2, y2 = (UNIT * each for each in (shape.x1, shape.y1, shape.x2, shape.y2))
                paper.line(LEFT + x1, top + y1, LEFT + x2, top + y2)
            case Words():
                face = Face(shape.size * UNIT / POINT, shape.ink)
                x, y = LEFT + shape.x * UNIT, paper.y + shape.y * UNIT
                paper.put(x, y, shape.text, face, shape.anchor, room=shape.room * UNIT)
    paper.y += picture.height * UNIT


def _box(paper: Paper, box: Box) -> None:
    x, y = LEFT + box.x * UNIT, paper.y + box.y * UNIT
    paper.set_fill_color(box.fill)
    if box.edge:
        paper.set_draw_color(box.edge)
        paper.set_line_width(0.5 * UNIT)
    paper.rect(x, y, box.width * UNIT, box.height * UNIT, style="DF" if box.edge else "F")


def _picture(paper: Paper, lines: int, beside: float, part: Callable[[int, int], Picture]) -> None:
    """beside: how high what stands over or under the lines on each sheet is."""
    paper.y += SPACE
    whole = _height(lines, beside)
    if not paper.has(whole) and whole <= BOTTOM - TOP and paper.rest < whole / 3:
        paper.turn()
    start = 0
    while start < lines:
        fit = int((paper.rest / UNIT - beside) / charts.ROW)
        left = lines - start
        if fit < (left if left < 2 * FEW else FEW) and not paper.is_fresh:
            paper.turn()
            continue
        count = left if fit >= left else min(fit, left - FEW)
        draw(paper, part(start, start + count))
        start += count
    paper.y += SPACE


def _height(lines: int, beside: float) -> float:
    return (lines * charts.ROW + beside) * UNIT
