"""A report as PDF/A, made from the printable page by WeasyPrint (extra `pdf`)."""

from __future__ import annotations

import logging
import warnings
from typing import Any

from sm_dns.report.document import Document
from sm_dns.report.formats import html_form
from sm_dns.util.errors import BadInput

MISSING = (
    "PDF needs the extra pdf (pip install '.[pdf]' in the source)"
    " and the library pango (Debian: libpangoft2-1.0-0)"
)


def render(document: Document) -> bytes:
    """The whole file. Raises `BadInput` where what makes PDF is not installed."""
    weasyprint = library()
    page = weasyprint.HTML(string=html_form.render(document), url_fetcher=_no_address(weasyprint))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its own colour profile open
        made: bytes = page.write_pdf(pdf_variant="pdf/a-3u", pdf_tags=True)
    return made


def library() -> Any:
    """What makes PDF. Raises `BadInput` where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of parts of pango it does without for now
            import weasyprint  # heavy: only a PDF needs it
    except (ImportError, OSError) as error:  # OSError: the library pango is not there
        raise BadInput("{missing}: {reason}", missing=MISSING, reason=error) from error
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return weasyprint


def _no_address(weasyprint: Any) -> Any:
    """Fetches nothing but what the page itself holds (the logo)."""
    return weasyprint.urls.URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
