"""Sheets of A4 with what stands on each of them, and text set on them line by line. Lengths are in millimetres."""

from __future__ import annotations

import logging
from functools import cached_property
from io import BytesIO
from typing import Final

from fpdf import FPDF
from fpdf.enums import DocumentCompliance
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences
from PIL import Image

from sm_dns.report.document import Document
from sm_dns.report.formats.charts import GREY
from sm_dns.report.formats.pdf.faces import BODY, FILES, FOOT, LABEL, POINT, Face
from sm_dns.report.formats.shapes import Anchor
from sm_dns.report.sanitize import clean
from sm_dns.report.texts import say
from sm_dns.util.errors import BadInput

LEFT, WIDTH = 22.0, 170.0  # room for the holes of a file on the left
TOP, BOTTOM = 21.0, 277.0
UNWRITTEN: Final = "\N{WHITE SQUARE}"  # in place of a letter that the font has not

PIXEL: Final = 25.4 / 96  # of a logo, where it is not larger than its place

_CLOSE = 0.001  # lengths that differ by less are the same


class Paper(FPDF):
    """The sheets of one document, begun with the first. `y` is where the next thing stands.

    pages: how many there will be, for the foot of each; 0 while nobody knows. air: how much of the usual space is
    left between lines of tables and facts and over headings.
    """

    def __init__(self, document: Document, pages: int, air: float) -> None:
        logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells each table that it leaves out
        super().__init__(format="A4", unit="mm", enforce_compliance=DocumentCompliance.PDFA_2U)
        self._about, self._pages, self.air = document, pages, air
        self.unwritten: set[str] = set()
        self._widths: dict[tuple[str, float, bool], float] = {}
        for style, file in FILES.items():
            self.add_font("sans", style, file)
        self.set_auto_page_break(False)
        self.set_title(clean(f"{document.title}: {document.kind}"))
        self.set_lang(document.language)
        if document.letterhead.agency:
            self.set_author(clean(document.letterhead.agency))
        self.set_creator("sm-dns")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_page()
        self.y = TOP

    def release(self) -> None:
        """Close the files of the fonts, which the library leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def header(self) -> None:
        """The label, at the head of each sheet."""
        if label := self._about.letterhead.classification:
            self.put(LEFT + WIDTH / 2, TOP - 8, label, LABEL, "middle", room=WIDTH)

    def footer(self) -> None:
        """What the sheet belongs to, the label, and which of how many it is."""
        head, language = self._about.letterhead, self._about.language
        label = min(self.width(head.classification, LABEL), WIDTH / 3)
        mine = " · ".join(filter(None, (head.reference, self._about.kind)))
        self.put(LEFT, BOTTOM + 9, self.cut(mine, FOOT, (WIDTH - label) / 2 - 4), FOOT)
        if head.classification:
            self.put(LEFT + WIDTH / 2, BOTTOM + 9, head.classification, LABEL, "middle", room=label)
        page = f"{say(language, 'page')} {self.page} {say(language, 'of_pages')} {self._pages}"
        self.put(LEFT + WIDTH, BOTTOM + 9, page, FOOT, "end")

    @property
    def rest(self) -> float:
        """How much room there is below on this sheet."""
        return BOTTOM - self.y

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on this sheet yet."""
        return self.y <= TOP + _CLOSE

    def has(self, height: float) -> bool:
        """Whether something so high still stands on this sheet."""
        return height <= self.rest + _CLOSE

    def turn(self) -> None:
        """Go on at the top of another sheet."""
        self.add_page()
        self.y = TOP

    def need(self, height: float) -> None:
        """Turn, where something so high does not stand on this sheet any more."""
        if not self.has(height) and not self.is_fresh:
            self.turn()

    def width(self, text: str, face: Face) -> float:
        """How wide a line of text is."""
        key = (text, face.size, face.bold)
        if key not in self._widths:
            font = self.fonts["sansB" if face.bold else "sans"]
            self._widths[key] = font.get_text_width(self.written(text), face.size, None)[1] * POINT
        return self._widths[key]

    def written(self, text: str) -> str:
        """The text in letters that the font has."""
        cleaned = clean(text)
        strange = {char for char in cleaned if ord(char) not in self._letters}
        self.unwritten |= strange
        return cleaned.translate(dict.fromkeys(map(ord, strange), UNWRITTEN))

    @cached_property
    def _letters(self) -> set[int]:
        known = [set(font.cmap) for font in self.fonts.values() if isinstance(font, TTFFont)]
        return set.intersection(*known)

    def put(
        self,
        x: float,
        base: float,
        text: str,
        face: Face = BODY,
        anchor: Anchor = "start",
        *,
        room: float = 0,
    ) -> None:
        """One line on its base line. room: what it is set narrower for, where it is wider."""
        wide = self.width(text, face)
        narrower = min(1.0, room / wide) if room and wide else 1.0
        x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * wide * narrower
        self.set_font("sans", "B" if face.bold else "", face.size)
        self.set_text_color(face.ink)
        self.set_stretching(100 * narrower)
        self.text(x, base, self.written(text))
        self.set_stretching(100)

    def lines(self, text: str, face: Face, width: float) -> list[str]:
        """The text in lines of that width; a word that is wider breaks anywhere."""
        made: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if self.width(longer, face) <= width + _CLOSE:
                line = longer
                continue
            if line:
                made.append(line)
            *whole, line = self._pieces(word, face, width)
            made += whole
        return [*made, line] if line or not made else made

    def cut(self, text: str, face: Face, width: float) -> str:
        """The text, or as much of it as that width has room for and an ellipsis."""
        if self.width(text, face) <= width:
            return text
        return f"{self.lines(text, face, width - self.width('…', face))[0]}…"

    def _pieces(self, word: str, face: Face, width: float) -> list[str]:
        pieces = [""]
        for char in word:
            if pieces[-1] and self.width(pieces[-1] + char, face) > width + _CLOSE:
                pieces.append("")
            pieces[-1] += char
        return pieces

    def column(self, x: float, top: float, lines: list[str], face: Face) -> None:
        """Lines one below the other, from `top` on."""
        for at, line in enumerate(lines):
            self.put(x, top + at * face.height + face.drop, line, face)

    def paragraph(self, text: str, face: Face, *, indent: float = 0, mark: str = "") -> None:
        """Lines across the sheet; never one alone at the foot or the head of one. mark: before the first."""
        lines = self.lines(text, face, WIDTH - indent)
        self.need(face.height * (len(lines) if len(lines) < 4 else 2))
        for at, line in enumerate(lines):
            self.need(face.height * (2 if at == len(lines) - 2 else 1))
            if not at and mark:
                self.put(LEFT, self.y + face.drop, mark, face)
            self.put(LEFT + indent, self.y + face.drop, line, face)
            self.y += face.height

    def rule(self, y: float, ink: str, thick: float, *, x: float = LEFT, width: float = WIDTH) -> None:
        """A line across. thick: in points."""
        self.set_draw_color(ink)
        self.set_line_width(thick * POINT)
        self.line(x, y, x + width, y)

    def leader(self, start: float, end: float, y: float) -> None:
        """Dots from a name to its page."""
        if start < end:
            self.set_draw_color(GREY)
            self.set_line_width(0.2)
            self.set_dash_pattern(dash=0.2, gap=1.2)
            self.line(start, y, end, y)
            self.set_dash_pattern()

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A rectangle of one colour."""
        self.set_fill_color(fill)
        self.rect(x, y, width, height, style="F")

    def logo(self, data: bytes, most_wide: float, most_high: float) -> float:
        """A picture at the left edge; how wide it came out. Raises `BadInput` for one that cannot be read."""
        try:
            with Image.open(BytesIO(data)) as picture:
                width, height = picture.size
                scale = min(most_wide / width, most_high / height, PIXEL)
                self.image(picture, LEFT, self.y, width * scale, height * scale)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise BadInput("the logo of the letterhead cannot be read: {reason}", reason=error) from error
        return width * scale
