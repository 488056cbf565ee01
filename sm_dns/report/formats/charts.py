"""Pictures of reports: bars and heat maps as SVG of our own, without script, style sheet or anything from outside.

Long pictures are several, so that paper can break between them. Figures have a contrast of 4.5 to 1 at least.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sm_dns.monitor.model import Cell
from sm_dns.report.document import Bars, Heat
from sm_dns.report.formatting import cell_text
from sm_dns.report.sanitize import clean, two_lines

WIDTH = 720
FONTS = "Liberation Sans, Arial, DejaVu Sans, sans-serif"
ROWS_A_PICTURE = 31

INK, GREY, LINE, KEPT_BACK = "#1a1a1a", "#5f5f5f", "#c8ccd2", "#e9e9e9"
# From few to many; white figures from the fourth step on.
SCALE = ("#e6edf5", "#c3d4e8", "#93b1d3", "#4a719f", "#2c5484", "#123a66")
_FIRST_DARK = 3
BAR = "#2c5484"

_ROW, _HEAD = 18, 18
_LETTER = 5.6  # about the width of a letter of 10 units


def heat(picture: Heat, language: str) -> list[str]:
    """An SVG for each so many rows."""
    most = max((cell.count or 0 for _, cells in picture.rows for cell in cells), default=0)
    return [
        _heat(picture, picture.rows[at : at + ROWS_A_PICTURE], most, language)
        for at in range(0, len(picture.rows), ROWS_A_PICTURE)
    ]


def bars(picture: Bars) -> list[str]:
    """An SVG for each so many lines."""
    most = max((count or 0 for _, count, _ in picture.lines), default=0)
    return [
        _bars(picture, picture.lines[at : at + ROWS_A_PICTURE], most)
        for at in range(0, len(picture.lines), ROWS_A_PICTURE)
    ]


def step(count: int, most: int) -> int:
    """Which colour of `SCALE` a count has, of the largest one."""
    return min(len(SCALE) * count // (most + 1), len(SCALE) - 1)


def _heat(picture: Heat, rows: tuple[tuple[str, tuple[Cell, ...]], ...], most: int, language: str) -> str:
    left = _label_width([name for name, _ in picture.rows])
    wide = (WIDTH - left) / 24
    parts = [_text(0, _HEAD - 6, picture.corner, GREY)]
    parts += [
        _text(left + wide * (hour + 0.5), _HEAD - 6, f"{hour:02d}", GREY, "middle") for hour in range(24)
    ]
    for at, (name, cells) in enumerate(rows):
        top = _HEAD + at * _ROW
        parts += _label(name, top, left)
        for hour, cell in enumerate(cells):
            text = cell_text(language, cell, picture.limit)
            parts += _cell(cell, text, most, left + wide * hour, top, wide)
    return _svg(picture.name, _HEAD + len(rows) * _ROW + 1, parts)


def _cell(cell: Cell, text: str, most: int, x: float, y: float, wide: float) -> Iterator[str]:
    fill, ink = "#ffffff", GREY
    if cell.count is None:
        fill = KEPT_BACK
    elif cell.count:
        which = step(cell.count, most)
        fill, ink = SCALE[which], "#ffffff" if which >= _FIRST_DARK else INK
    yield (
        f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{_ROW}" fill="{fill}" stroke="{LINE}" '
        'stroke-width="0.5"/>'
    )
    yield _text(x + wide / 2, y + _ROW / 2 + 3, text, ink, "middle", size=8.5)


def _bars(picture: Bars, lines: tuple[tuple[str, int | None, str], ...], most: int) -> str:
    left = _label_width([name for name, _, _ in picture.lines])
    room = WIDTH - left - 70
    parts = []
    for at, (name, count, text) in enumerate(lines):
        top = at * _ROW
        parts += _label(name, top, left)
        length = room * (count or 0) / (most or 1)
        if length:
            parts.append(
                f'<rect x="{left}" y="{top + 3}" width="{length:.1f}" height="{_ROW - 6}" fill="{BAR}"/>'
            )
        parts.append(_text(left + length + 6, top + _ROW / 2 + 3.5, text, INK))
    parts.append(
        f'<line x1="{left}" y1="0" x2="{left}" y2="{len(lines) * _ROW}" stroke="{GREY}" stroke-width="0.7"/>'
    )
    return _svg(picture.name, len(lines) * _ROW, parts)


def _label_width(names: list[str]) -> int:
    longest = max((len(line) for name in names for line in two_lines(name, 34)), default=0)
    return round(longest * _LETTER) + 10


def _label(name: str, top: float, left: int) -> list[str]:
    lines = two_lines(name, 34)
    if len(lines) == 1:
        return [_text(left - 6, top + _ROW / 2 + 3.5, lines[0], INK, "end")]
    return [_text(left - 6, top + 7.5 + 8.5 * at, line, INK, "end", size=8) for at, line in enumerate(lines)]


def _text(x: float, y: float, text: str, fill: str, anchor: str = "start", *, size: float = 10) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(clean(text))}</text>"
    )


def _svg(name: str, height: float, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'font-family="{FONTS}" aria-label="{escape(clean(name))}"><title>{escape(clean(name))}</title>'
        f"{''.join(parts)}</svg>"
    )
