"""axe-core over the printable page, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.monitor.model import UsageReport
from sm_dns.report.formats import html_form
from sm_dns.report.kinds.usage import usage_document
from tests.report.conftest import make_context
from tests.support.axe import looked_at
from tests.support.browser import browser


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_report_for_a_browser(usage: UsageReport, tmp_path: Path, language: str) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_form.render(usage_document(usage, make_context(language))))
    with browser(tmp_path) as page:
        page.open(file.as_uri())
        assert looked_at(page) == []
