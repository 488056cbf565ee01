"""A report as PDF/A (extra `pdf`): the same document as in the other formats, its fonts within."""

from __future__ import annotations

from types import ModuleType

from sm_dns.report.document import Document
from sm_dns.util.errors import BadInput

MISSING = "PDF needs the extra pdf (pip install '.[pdf]' in the source)"


def render(document: Document) -> bytes:
    """The whole file. Raises `BadInput` where what makes PDF is not installed, and for a logo that cannot be read."""
    library()
    from sm_dns.report.formats.pdf import sheets

    return sheets.render(document)


def library() -> ModuleType:
    """What makes PDF. Raises `BadInput` where it is not installed."""
    try:
        import fpdf  # heavy: only a PDF needs it
    except ImportError as error:
        raise BadInput("{missing}: {reason}", missing=MISSING, reason=error) from error
    return fpdf
