"""A document set on sheets: letterhead, sections with their bookmarks, signatures. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sm_dns.report.document import Bars, Block, Document, Facts, Headline, Heat, Letterhead, Notes, Table
from sm_dns.report.formats import html_form
from sm_dns.report.formats.charts import SHUT
from sm_dns.report.formats.pdf import pictures, tables
from sm_dns.report.formats.pdf.faces import (
    AGENCY,
    BLUE,
    BODY,
    DEEP_RED,
    DEPARTMENT,
    HEADING,
    HEADLINE,
    KIND,
    LINK,
    SMALL,
    TITLE,
    WARNING,
)
from sm_dns.report.formats.pdf.paper import LEFT, WIDTH, Paper
from sm_dns.report.texts import say

LOGO_WIDE, LOGO_HIGH = 40.0, 22.0
NAMES = 0.44  # of the width, for the names of facts
FEW_FACTS = 8  # pairs that stay on one sheet
FACT_SPACE = 1.2  # over and under a pair together
SIGNATURE = 8.0  # room to sign in
CONTENTS_COLUMNS = 2
SPACE = 4.5  # over a heading
FAINT, SHADE, PALE = "#d9dde3", "#f1f4f9", "#999999"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a document is set, and where things came to stand when it was.

    air: of `Paper`. is_last_carried: the last section stands on a sheet of its own with the signatures. pages: how
    many sheets; sections: on which of them each section with a heading begins.
    """

    air: float = 1.0
    is_last_carried: bool = False
    pages: int = 0
    sections: tuple[int, ...] = ()


PLANS = (Plan(), Plan(air=0.4), Plan(is_last_carried=True))


def render(document: Document) -> bytes:
    """The whole file. Raises `BadInput` for a logo that cannot be read."""
    with _set(document, _plan(document)) as sheets:
        return sheets.file()


def _plan(document: Document) -> Plan:
    """The first way in which nobody signs a sheet on which nothing stands."""
    for plan in PLANS:
        with _set(document, plan) as tried:
            found = tried.plan()
            if not tried.is_end_alone:
                break
    return found


@contextmanager
def _set(document: Document, plan: Plan) -> Iterator[_Sheets]:
    """The document on sheets, while they are needed."""
    paper = Paper(document, plan.pages, plan.air)
    try:
        yield _Sheets(document, plan, paper)
    finally:
        paper.release()


class _Sheets:
    """The sheets of a document. planned: where all stood when it was set the first time."""

    def __init__(self, document: Document, planned: Plan, paper: Paper) -> None:
        self._about, self._planned, self._paper = document, planned, paper
        self._language = document.language
        self.is_end_alone = False
        self._begun: list[int] = []
        self._letterhead(document.letterhead)
        self._name()
        for at, section in enumerate(document.sections):
            if planned.is_last_carried and at == len(document.sections) - 1:
                self._paper.turn()
            if section.heading:
                self._heading(section.heading, section.blocks)
            for number, block in enumerate(section.blocks):
                self._paper.need(self._together(section.blocks[number:]))
                self._block(block)
            if not at and self._paper.page == 1:
                self._contents()
        self._end()

    def plan(self) -> Plan:
        """Where all stands."""
        return replace(self._planned, pages=self._paper.page, sections=tuple(self._begun))

    def file(self) -> bytes:
        """The octets."""
        made = self._paper.output()
        assert made is not None
        return bytes(made)

    def _letterhead(self, head: Letterhead) -> None:
        paper, x = self._paper, LEFT
        if head.agency or head.department or head.address or head.logo:
            top = paper.y
            if head.logo is not None:
                x += paper.logo(head.logo, LOGO_WIDE, LOGO_HIGH) + 6
            lines = [(line, AGENCY) for line in paper.lines(head.agency, AGENCY, LEFT + WIDTH - x)]
            lines += [
                (line, DEPARTMENT) for line in paper.lines(head.department, DEPARTMENT, LEFT + WIDTH - x)
            ]
            lines += [
                (each, SMALL) for line in head.address for each in paper.lines(line, SMALL, LEFT + WIDTH - x)
            ]
            for line, face in lines:
                paper.put(x, paper.y + face.drop, line, face)
                paper.y += face.height
            paper.y = max(paper.y, top + (LOGO_HIGH if head.logo else 0)) + 2.5
            paper.rule(paper.y, BLUE, 1.5)
            paper.y += 2.5
        pairs = (("our_reference", head.reference), ("date", self._about.prepared))
        for key, value in pairs:
            if value:
                name = say(self._language, key)
                paper.put(LEFT, paper.y + BODY.drop, f"{name}: {value}", BODY, room=WIDTH)
                paper.y += BODY.height
        paper.y += 4

    def _name(self) -> None:
        paper = self._paper
        paper.paragraph(self._about.title, TITLE)
        paper.y += 0.8
        paper.paragraph(self._about.kind, KIND)
        paper.y += 3

    def _contents(self) -> None:
        """Each heading with its page, a link to it; nothing for a document of one sheet."""
        paper = self._paper
        headed = [each.heading for each in self._about.sections if each.heading]
        if self._planned.pages == 1 or not headed:
            return
        places = self._planned.sections or (1,) * len(headed)
        lines = -(-len(headed) // CONTENTS_COLUMNS)
        if not paper.has(lines * BODY.height + 5):
            return
        paper.y += 3.5
        top, room = paper.y, WIDTH / CONTENTS_COLUMNS - 4
        for at, (text, page) in enumerate(zip(headed, places, strict=True)):
            name = paper.cut(text, LINK, room - 8)
            x = LEFT + at // lines * (WIDTH / CONTENTS_COLUMNS + 4)
            y = top + at % lines * BODY.height
            paper.put(x, y + BODY.drop, name, LINK)
            paper.put(x + room, y + BODY.drop, str(page), LINK, "end")
            paper.leader(x + paper.width(name, LINK) + 2, x + room - 5, y + BODY.drop)
            if self._planned.sections:
                paper.link(x, y, room, BODY.height, paper.add_link(page=page))
        paper.y = top + lines * BODY.height

    def _heading(self, text: str, blocks: tuple[Block, ...]) -> None:
        paper = self._paper
        lines = paper.lines(text, HEADING, WIDTH)
        high = len(lines) * HEADING.height + 2.5
        space = SPACE * (1 + paper.air) / 2
        if not paper.is_fresh:
            paper.need(space + high + self._together(blocks))
        if not paper.is_fresh:
            paper.y += space
        self._begun.append(paper.page)
        paper.start_section(paper.written(text))
        paper.column(LEFT, paper.y, lines, HEADING)
        paper.y += len(lines) * HEADING.height + 0.7
        paper.rule(paper.y, BLUE, 0.5)
        paper.y += 1.8

    def _together(self, blocks: Sequence[Block]) -> float:
        """How high what must stand on one sheet is: a sentence stays with the table or picture that it is about."""
        high = 0.0
        for block in blocks:
            match block:
                case Notes(lines, False) if len(lines) == 1:
                    high += len(self._paper.lines(lines[0], SMALL, WIDTH)) * SMALL.height + 1
                case Facts(pairs) if len(pairs) <= FEW_FACTS:
                    return high + len(pairs) * (BODY.height + FACT_SPACE * self._paper.air) + 2
                case Table() if block.rows:
                    return high + tables.least(block)
                case Heat(rows=rows):
                    return high + pictures.least(len(rows))
                case Bars(lines=bars):
                    return high + pictures.least(len(bars))
                case _:
                    return high + BODY.height
        return high

    def _block(self, block: Block) -> None:
        paper = self._paper
        match block:
            case Facts(pairs):
                self._facts(pairs)
            case Headline(text):
                self._headline(text)
            case Notes(lines, True):
                for line in lines:
                    self._warning(line)
            case Notes((line,)):
                paper.y += 1
                paper.paragraph(line, SMALL)
                paper.y += 1
            case Notes(lines):
                paper.y += 1
                for line in lines:
                    paper.paragraph(line, SMALL, indent=4, mark="•")
                    paper.y += 0.4
                paper.y += 0.6
            case Table():
                tables.table(paper, block, self._language)
            case Bars():
                pictures.bars(paper, block, self._language)
            case Heat(rows=rows) if len(rows) > html_form.HEAT_ROWS:
                paper.paragraph(say(self._language, "heat_left_out", days=html_form.HEAT_ROWS), SMALL)
            case Heat():
                pictures.heat(paper, block, self._language)
                if block.shut:
                    self._shut(block.shut_says)

    def _shut(self, text: str) -> None:
        """What the line in a heat map means, beside a piece of it."""
        paper = self._paper
        paper.need(SMALL.height)
        paper.box(LEFT, paper.y + SMALL.height / 2 - 0.3, 6, 0.6, SHUT)
        paper.paragraph(text, SMALL, indent=8)

    def _facts(self, pairs: tuple[tuple[str, str], ...]) -> None:
        paper = self._paper
        paper.y += 1
        for name, value in pairs:
            names = paper.lines(name, SMALL, NAMES * WIDTH - 4)
            values = paper.lines(value, BODY, WIDTH - NAMES * WIDTH)
            high = max(len(names), len(values)) * BODY.height + FACT_SPACE * self._paper.air
            paper.need(high)
            for line, text in enumerate(names):
                paper.put(
                    LEFT, paper.y + FACT_SPACE * paper.air / 2 + line * BODY.height + BODY.drop, text, SMALL
                )
            paper.column(LEFT + NAMES * WIDTH, paper.y + FACT_SPACE * paper.air / 2, values, BODY)
            paper.y += high
            paper.rule(paper.y, FAINT, 0.4)
        paper.y += 1

    def _headline(self, text: str) -> None:
        paper = self._paper
        lines = paper.lines(text, HEADLINE, WIDTH - 9)
        high = len(lines) * HEADLINE.height + 6
        paper.need(high + 4)
        paper.y += 2
        paper.box(LEFT, paper.y, WIDTH, high, SHADE)
        paper.box(LEFT, paper.y, 1.1, high, BLUE)
        paper.column(LEFT + 5, paper.y + 3, lines, HEADLINE)
        paper.y += high + 2

    def _warning(self, text: str) -> None:
        paper = self._paper
        lines = paper.lines(text, WARNING, WIDTH - 8)
        high = len(lines) * WARNING.height + 3
        paper.need(high + 2)
        paper.y += 1
        paper.set_draw_color(DEEP_RED)
        paper.set_line_width(0.3)
        paper.rect(LEFT, paper.y, WIDTH, high)
        paper.box(LEFT, paper.y, 1.4, high, DEEP_RED)
        paper.column(LEFT + 4.5, paper.y + 1.5, lines, WARNING)
        paper.y += high + 1

    def _end(self) -> None:
        """Room to sign, what the document was made from, and what could not be written."""
        paper = self._paper
        last = [self._about.source]
        if paper.unwritten:
            last.append(say(self._language, "unwritten"))
        below = sum(len(paper.lines(each, SMALL, WIDTH)) for each in last) * SMALL.height + 6
        high = BODY.height + 2 * (SIGNATURE + BODY.height)
        paper.need(6 + high + below)
        self.is_end_alone = paper.is_fresh and paper.page > 1
        paper.y += 6
        top, wide = paper.y, WIDTH / 2 - 8
        for x, who in ((LEFT, "prepared_by"), (LEFT + WIDTH / 2 + 8, "confirmed_by")):
            paper.put(x, top + BODY.drop, f"{say(self._language, who)}:")
            under = top + BODY.height + SIGNATURE
            self._sign("signature", x, under, 0.6 * wide)
            self._sign("date", x + 0.65 * wide, under, 0.35 * wide)
            self._sign("name_and_post", x, under + BODY.height + SIGNATURE, wide)
        paper.y = top + high + 4
        paper.rule(paper.y, PALE, 0.4)
        paper.y += 1
        for each in last:
            paper.paragraph(each, SMALL)

    def _sign(self, key: str, x: float, y: float, width: float) -> None:
        """A line to write on, and what under it."""
        self._paper.rule(y, BODY.ink, 0.5, x=x, width=width)
        self._paper.put(x, y + BODY.drop, say(self._language, key), SMALL)
