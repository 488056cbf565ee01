"""A report as a document: what it says, in order, in one language; formats decide how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.monitor.model import Cell
from sm_dns.util.strict_json import Span


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose document it is. Empty where the agency has set nothing; `classification` has no default (SEC-1).

    agency, department: in the document's language. address: lines. logo: PNG or JPEG octets.
    """

    agency: str = ""
    department: str = ""
    address: tuple[str, ...] = ()
    logo: bytes | None = None
    reference: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and a value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure of the report in one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences: one is a paragraph, several are a list."""

    lines: tuple[str, ...]
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles. numbers: the columns set as figures. empty: what to say without rows.

    total: the last row is a sum or a whole and is set apart.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    empty: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar a line: its name, its length (None where it is kept back) and the text at its end. A picture only:
    a table of the same document holds the numbers."""

    lines: tuple[tuple[str, int | None, str], ...]
    name: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Rows of 24 hours each, with the name of each row. limit: of small cells.

    shut: of each row the minutes [start, end) of the day in which access is not permitted, () where none are told.
    shut_says: what a picture says of them.
    """

    corner: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    limit: int
    name: str
    shut: tuple[tuple[Span, ...], ...] = ()
    shut_says: str = ""


Block = Facts | Headline | Notes | Table | Bars | Heat


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading; "" for none."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. prepared: the day, in words."""

    language: str
    letterhead: Letterhead
    title: str
    kind: str
    prepared: str
    sections: tuple[Section, ...]
    source: str
