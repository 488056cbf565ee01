"""In a real browser, on a telephone: nothing is wider than it in any language, whatever is said, however long.

With SM_DNS_PICTURES=FOLDER pictures of the notice are taken on the way.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.agency.profile import SHIPPED, shipped
from sm_dns.web.registry import PAGES
from tests.portal.page.test_render import page
from tests.support.browser import Browser
from tests.support.browser import browser as real_browser
from tests.support.contracts import PORTAL_SETTINGS
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.desk import GUEST, HQ, LUNCH, UMP, WORK, snapshot
from tests.support.every_message import tell_all
from tests.support.languages import ALL
from tests.support.pages_server import serving
from tests.support.window import DESKTOP, Window

PHONE = (390, 844)
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = os.environ.get("SM_DNS_PICTURES")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with real_browser(tmp_path) as opened:
        yield opened


@pytest.fixture
def dashboard(tmp_path: Path, pseudo: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """One whose service says everything that it can say."""
    (tmp_path / "house").mkdir()
    tell_all(monkeypatch)
    found = Dashboard(tmp_path / "house")
    found.people()
    yield found
    found.close()


def test_no_page_of_the_dashboard_is_wider_than_a_telephone(dashboard: Dashboard, browser: Browser) -> None:
    with serving(dashboard) as address:
        window = Window(browser, address)
        window.resize(PHONE)
        window.open("/login")
        window.fill("main form", name="officer1", password=PASSWORD, code=dashboard.code())
        window.send("main form")
        for language in ALL:
            for path in (each.path for each in PAGES):
                window.open(f"{path}?lang={language}")
                assert window.language == language
                assert window.overflow() == 0, (language, path)
        assert window.complaints() == []


MODES = {"enforce": HQ, "monitor": UMP, "off": GUEST}


@pytest.mark.parametrize("profile", SHIPPED)
def test_no_notice_is_wider_than_a_telephone(
    tmp_path: Path, pseudo: str, browser: Browser, profile: str
) -> None:
    policy = snapshot(tmp_path)
    details = replace(
        PORTAL_SETTINGS, profile=shipped(profile), data_officer="dpo@agency.example", acknowledged="/x"
    )
    for mode, client in MODES.items():
        for host, now in (("", WORK), ("", LUNCH), ("facebook.com", WORK), ("youtube.com", WORK)):
            file = tmp_path / "notice.html"
            file.write_text(page(policy, details, host, now, client))
            browser.size(*PHONE)
            browser.open(file.as_uri())
            assert browser.ask(_OVERFLOW) == 0, (mode, host)
            if PICTURES and not host and now == WORK:
                browser.size(*DESKTOP)
                browser.picture(Path(PICTURES) / f"notice-{profile}-{mode}.png")
