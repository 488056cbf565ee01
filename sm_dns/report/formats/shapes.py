"""What pictures of reports are made of. Lengths are in units of which the paper is `WIDTH` wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WIDTH = 720
FIGURE_WIDTH = 0.556  # of a digit in Liberation Sans and Arial, of the height of the letters

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. edge: the colour of its outline, "" for none. says: what is told of it where a pointer rests."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, `thick` units wide."""

    x1: float
    y1: float
    x2: float
    y2: float
    ink: str
    thick: float = 0.7


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on its base line. room: what it is set narrower for, where it is wider."""

    x: float
    y: float
    text: str
    ink: str
    anchor: Anchor = "start"
    size: float = 10.5
    room: float = 0


Shape = Box | Line | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in the order in which they lie on each other. name: what the picture shows."""

    name: str
    height: float
    shapes: tuple[Shape, ...]


def figure_width(text: str, size: float) -> float:
    """About how wide a number is; never less than it is."""
    return FIGURE_WIDTH * size * len(text)
