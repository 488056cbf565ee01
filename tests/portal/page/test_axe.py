"""axe-core over the pages for staff, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.http.request import Request
from sm_dns.portal.respond import Responder
from sm_dns.portal.settings import PortalSettings, RequestForm
from tests.support.axe import looked_at
from tests.support.browser import browser
from tests.support.desk import HQ, LUNCH, WORK


def test_block_page_notice_and_request(policy: Snapshot, details: PortalSettings, tmp_path: Path) -> None:
    form = RequestForm(("Finance", "Audit"), 7 * 86_400)
    responder = Responder(policy, replace(details, requests=form, acknowledged="2026-08"))
    asked = {
        "denied": ("www.facebook.com", "/", WORK),
        "open": ("www.facebook.com", "/", LUNCH),
        "notice": ("notis.example", "/", WORK),
        "request": ("www.facebook.com", "/permohonan", WORK),
    }
    found = {}
    with browser(tmp_path) as page:
        for name, (host, path, now) in asked.items():
            answer = responder.answer(Request("GET", path, host, 0, "", None), b"", HQ, now)
            file = tmp_path / f"{name}.html"
            file.write_bytes(answer.body)
            page.open(file.as_uri())
            found[name] = looked_at(page)
    assert not any(found.values()), found
