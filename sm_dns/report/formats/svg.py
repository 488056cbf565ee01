"""Pictures as SVG: without script, style sheet or anything from outside."""

from __future__ import annotations

from html import escape

from sm_dns.report.formats.shapes import WIDTH, Box, Line, Picture, Shape, Words, figure_width
from sm_dns.report.sanitize import clean

FONTS = "Liberation Sans, Arial, DejaVu Sans, sans-serif"


def svg(picture: Picture) -> str:
    """One element, as wide as the place where it stands."""
    name = escape(clean(picture.name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {picture.height:.0f}" role="img" '
        f'font-family="{FONTS}" aria-label="{name}"><title>{name}</title>'
        f"{''.join(map(_shape, picture.shapes))}</svg>"
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Box():
            return _box(shape)
        case Line(x1, y1, x2, y2, ink, thick):
            return (
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}" '
                f'stroke-width="{thick}"/>'
            )
        case Words():
            return _words(shape)


def _box(box: Box) -> str:
    edge = f' stroke="{box.edge}" stroke-width="0.5"' if box.edge else ""
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    start = f'<rect {place} fill="{box.fill}"{edge}'
    return f"{start}><title>{escape(clean(box.says))}</title></rect>" if box.says else f"{start}/>"


def _words(words: Words) -> str:
    tight = words.room and figure_width(words.text, words.size) > words.room
    squeeze = f' textLength="{words.room:.1f}" lengthAdjust="spacingAndGlyphs"' if tight else ""
    return (
        f'<text x="{words.x:.1f}" y="{words.y:.1f}" font-size="{words.size}" fill="{words.ink}" '
        f'text-anchor="{words.anchor}"{squeeze}>{escape(clean(words.text))}</text>'
    )
