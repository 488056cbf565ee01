"""The faces of letters on paper. Sizes are in points, lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sm_dns.report.formats.charts import GREY, INK

POINT: Final = 25.4 / 72  # millimetres
FONTS: Final = Path(__file__).parent / "fonts"
FILES: Final = {"": FONTS / "LiberationSans-Regular.ttf", "B": FONTS / "LiberationSans-Bold.ttf"}
BLUE, DEEP_RED = "#123a66", "#6d1212"


@dataclass(frozen=True, slots=True)
class Face:
    """How a line is set. spread: its height, of that of its letters."""

    size: float
    ink: str = INK
    bold: bool = False
    spread: float = 1.32

    @property
    def height(self) -> float:
        """Of one line, in millimetres."""
        return self.size * self.spread * POINT

    @property
    def drop(self) -> float:
        """From the top of a line to the base line of its letters, in millimetres."""
        return (self.height + 0.72 * self.size * POINT) / 2


BODY = Face(9)
SMALL = Face(8.5, GREY)
LINK = Face(8.5, BLUE)
CELL = Face(8.5, spread=1.25)
CELL_BOLD = Face(8.5, bold=True, spread=1.25)
DENSE = Face(7.5, spread=1.2)
DENSE_BOLD = Face(7.5, bold=True, spread=1.2)
TITLE = Face(15.5, bold=True, spread=1.2)
KIND = Face(11)
HEADING = Face(11, BLUE, bold=True)
HEADLINE = Face(12, bold=True, spread=1.3)
WARNING = Face(9, DEEP_RED, bold=True)
AGENCY = Face(13.5, BLUE, bold=True, spread=1.2)
DEPARTMENT = Face(10, bold=True)
LABEL = Face(10, bold=True)
FOOT = Face(8, GREY)
