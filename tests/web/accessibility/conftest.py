"""A dashboard with something on every page, at a real address, and one real browser for all that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sm_dns.generation.directory import open_generation
from sm_dns.history.keeper import Keeper
from sm_dns.ipc.requests import LogLine
from tests.support.asked import asked_of
from tests.support.browser import Browser, browser
from tests.support.dashboard import Dashboard
from tests.support.pages_server import serving

WHY = {"why": "a reason"}
PAGES = {
    "officer1": (
        "/",
        "/requests",
        "/usage",
        "/usage?first=2026-08-10&last=2026-08-10",
        "/reports",
        "/policy?name=www.facebook.com#explain",
        "/policy?at=nonsense&name=www.facebook.com#explain",
        "/lists?name=www.facebook.com",
        "/operations",
        "/log",
        "/audit",
        "/audit?since=nonsense",
        "/history",
        "/history?which=1",
        "/system",
        "/setup",
        "/account",
        "/nothing",
    ),
    "officer2": ("/usage", "/reports", "/log", "/system", "/account"),
    "officer3": ("/", "/requests", "/usage", "/reports", "/account", "/system"),
    "newcomer": ("/first-steps",),
    "": ("/login",),
}
"""By who looks: each page that is another for somebody, those of errors among them."""


@dataclass(frozen=True)
class Looking:
    """A browser on a dashboard."""

    dashboard: Dashboard
    browser: Browser
    address: str

    def as_(self, name: str) -> None:
        """Look as somebody who has just logged in; as nobody without a name."""
        self.browser.forget_cookies()
        if name:
            for key, value in self.dashboard.session_of(name).items():
                self.browser.cookie(self.address, key, value)

    def open(self, path: str) -> None:
        """Go to a page and wait until it is whole, with its figures."""
        self.browser.open(self.address + path)
        while self.browser.ask("document.querySelector('[data-pending]') !== null"):
            self.browser.open(self.address + path)


@pytest.fixture
def looking(used: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    """One on a dashboard where something has happened."""
    _live_in(used)
    with serving(used) as address, browser(tmp_path_factory.mktemp("chromium")) as window:
        yield Looking(used, window, address)


def _live_in(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    dashboard.desk.lines = tuple(
        LogLine(number, 1_786_334_400 + number, "a1b2c3", "person", "facebook", "social", outcome, True, 7)
        for number, outcome in enumerate(("permitted", "denied", "would_deny", "exempt"), 1)
    )
    for number in range(3):
        asked_of(dashboard, number)
    for year in ("2026", "2027"):
        admin.do("calendar-propose", year=year, **WHY)
    admin.do("calendar-accept", year="2026", estimates="on", declared="on", **WHY)
    admin.do(
        "exemption-grant", group="office", service="netflix", length="2d", approver="Officer Four", **WHY
    )
    admin.do("service-set", service="whatsapp", action="deny", who="office", **WHY)
    admin.do("switch-turn", turn="close", what="whatsapp", length="10m", **WHY)
    admin.do("domains-add", names="kedai.example", category="streaming", **WHY)
    admin.do("report-make", kind="usage", period="2026-08-09", form="pdf", language="ms")
    admin.do("token-add", label="Grafana", role="auditor", expires="never", **WHY)
    Keeper(dashboard.state).keep(open_generation(dashboard.desk.directory), dashboard.clock, dashboard.clock)
