"""axe-core over every page, for every role: in one language by day, in the other on a telephone at night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.axe import looked_at, looked_at_by_day, looked_at_on_a_telephone
from tests.support.browser import browser
from tests.support.dashboard import Dashboard
from tests.support.pages_server import serving
from tests.web.accessibility.conftest import PAGES, Looking


@pytest.mark.timeout(400)
def test_every_page_of_every_role(looking: Looking) -> None:
    looking.dashboard.add_newcomer()
    found = {}
    for name, paths in PAGES.items():
        looking.as_(name)
        for path in paths:
            for language, look in (("en", looked_at_by_day), ("ms", looked_at_on_a_telephone)):
                address, _, place = path.partition("#")
                mark = "&" if "?" in address else "?"
                looking.open(f"{address}{mark}lang={language}{'#' if place else ''}{place}")
                wrong = look(looking.browser)
                if wrong:
                    found[f"{name} {path} {language}"] = wrong
    assert not found, "\n".join(f"{page}: {line}" for page, lines in found.items() for line in lines)


def test_the_first_run(empty: Dashboard, tmp_path: Path) -> None:
    empty.desk.accounts.prepare_first_run()
    with serving(empty) as address, browser(tmp_path) as page:
        page.open(f"{address}/first-run")
        assert looked_at(page) == []


def test_a_page_that_breaks_a_rule_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "bad.html"
    file.write_text("<html><body><img src='x'><p style='color:#bbb;background:#fff'>pale</p></body></html>")
    with browser(tmp_path) as page:
        page.open(file.as_uri())
        told = " ".join(looked_at(page))
    assert all(rule in told for rule in ("image-alt", "color-contrast", "html-has-lang"))
