"""Every text that a page names is there, and nothing that nobody shows."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from sm_dns.admin.calendars.calendar_files import DATED
from sm_dns.admin.calendars.differences import WHATS
from sm_dns.agency.profile import SHIPPED, shipped
from sm_dns.i18n.catalogue import FOLDER as CATALOGUES
from sm_dns.i18n.catalogue import languages
from sm_dns.i18n.po_file import read_po
from sm_dns.policy import decide, windows
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth.accounts import ROLES
from sm_dns.web.pages.language import Words
from sm_dns.web.pages.pages import FOLDER
from sm_dns.web.registry import PAGES

_KEY = re.compile(r"""\bt\("([a-z_.-]+)"[,)]""")
_FAMILY = re.compile(r"""\bt(?:\.known)?\("([a-z_]+\.)" ~""")
KEYS = {entry.context for entry in read_po(CATALOGUES / "en.po")}
TEMPLATES = "".join(path.read_text() for path in sorted((FOLDER / "templates").iterdir()))


def test_every_text_that_a_page_names_is_there_and_every_one_is_used() -> None:
    used = set(_KEY.findall(TEMPLATES))
    families = tuple(set(_FAMILY.findall(TEMPLATES)))
    known = {key.removeprefix("page.") for key in KEYS if key.startswith("page.")}
    assert used <= known
    elsewhere = {"status.other", "login.wait", "who.service", "who.somebody", "period.week", "period.quarter"}
    assert {key for key in known - used if not key.startswith(families)} <= elsewhere


@pytest.mark.parametrize("language", languages())
def test_what_depends_on_the_service_has_its_words(language: str) -> None:
    words = Words(language, shipped("jkdm").words)
    for family, members in {
        "nav": [page.name for page in PAGES],
        "done": ACTIONS,
        "role": ROLES,
        "reason": {**windows.REASONS, **decide.REASONS},
        "outcome": ["permitted", "denied", "would_deny", "exempt"],
        "state": ["permitted", "denied"],
        "asked": ["waiting", "approved", "declined", "expired", "ended"],
        "mode": ["enforce", "monitor", "off"],
        "action": ["allow", "deny", "schedule", "permit"],
        "kind": DATED,
        "difference": WHATS,
        "calendar": ["accepted", "proposed", "none"],
    }.items():
        for member in members:
            assert f"page.{family}.{member}" in KEYS and words(f"{family}.{member}")


def test_dates_and_times_are_those_of_the_language() -> None:
    malay, english = (Words(language, shipped("jkdm").words) for language in languages())
    zone = ZoneInfo("Asia/Kuala_Lumpur")
    assert malay.moment("2026-08-10T12:15:00") == "Isnin, 10 Ogos 2026, pukul 12.15 tengah hari"
    assert english.moment("2026-08-10T12:15:00") == "Monday, 10 August 2026, 12:15"
    assert (malay.short_date("2026-08-31"), english.short_date("2026-08-31")) == ("31 Ogos", "31 Aug")
    assert english.stamp("2026-08-10T04:00:00Z", zone) == "2026-08-10 12:00:00"
    assert english.posix(1786334400, zone) == "2026-08-10 12:00:00"
    assert english.written("2026-08-10T04:00:00Z", zone) == "10 Aug 2026, 12:00:00"
    assert malay.posix_written(1786334400, zone) == "10 Ogos 2026, 12:00:00"
    assert (malay.clock(780), english.clock(1440)) == ("1.00 tengah hari", "24:00")
    assert malay.known("reason.NEW", "new") == "new"


def test_each_agency_calls_its_parts_by_its_own_words() -> None:
    said = [
        [
            words(key)
            for key in ("usage.departments", "usage.department", "system.department_hint", "role.head")
        ]
        for words in (Words(language, shipped(name).words) for name in SHIPPED for language in languages())
    ]
    assert said == [
        ["Mengikut bahagian", "Bahagian", "Bagi ketua bahagian sahaja.", "ketua bahagian"],
        ["By division", "Division", "For heads of division only.", "head of division"],
        ["Mengikut jabatan", "Jabatan", "Bagi ketua jabatan sahaja.", "ketua jabatan"],
        ["By department", "Department", "For heads of department only.", "head of department"],
    ]
