"""Pages as strings: nothing that others wrote comes alive, forms go back to us, everything is small."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sm_dns.ipc.requests import LogLine
from sm_dns.state import audit
from sm_dns.web.app import application
from sm_dns.web.pages import pages
from sm_dns.web.pages.pages import FOLDER
from sm_dns.web.registry import PAGES
from tests.support.dashboard import ADDRESS, CLIENT, Browser, Dashboard

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.mark.parametrize("page", [page.path for page in PAGES])
def test_every_page_is_whole_small_and_without_anything_inline(dashboard: Dashboard, page: str) -> None:
    """T17: the policy of the pages would refuse inline scripts and styles; there are none."""
    visitor = dashboard.login("officer1")
    for language in ("ms", "en"):
        text = visitor.get(f"{page}?lang={language}")
        assert f'<html lang="{language}">' in text and text.rstrip().endswith("</html>")
        assert len(text.encode()) <= 60_000
        assert not re.search(r"<script(?! src=\"/static/app.js\")|<style|\sstyle=|\son\w+=|javascript:", text)
        assert not re.search(r"""(?:src|href|action)="(?!/|\?|#|otpauth:)""", text)
        assert text.count("<h1") == 1


def test_templates_of_an_upgrade_wait_for_the_restart(
    tmp_path: Path, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may want what the running process does not give them."""
    shutil.copytree(FOLDER / "templates", tmp_path / "templates")
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    running = pages.Pages(dashboard.site)
    running.compile()
    visitor = Browser(application(dashboard.site, running), CLIENT)
    before = visitor.get("/login").text
    assert "<h1" in before
    (tmp_path / "templates" / "login.html").write_text("{{ what_only_a_later_version_gives }}")
    assert visitor.get("/login").text == before


def test_a_language_that_was_chosen_stays(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    assert '<html lang="ms">' in visitor.get("/")
    visitor.get("/?lang=en")
    assert '<html lang="en">' in visitor.get("/audit")
    assert '<html lang="en">' in visitor.get("/audit?lang=xx")


def test_what_others_wrote_comes_alive_on_no_page(dashboard: Dashboard) -> None:
    """T16, NOT-7: in addresses, forms, the audit, the live log, findings, users and lists."""
    visitor = dashboard.login("officer1")
    dashboard.desk.lines = (LogLine(1, 1, HOSTILE, "person", HOSTILE, "social", "denied", True, 1),)
    audit.append(
        dashboard.state / audit.FILE, at=1.0, who=HOSTILE, action="x", target=HOSTILE, why=HOSTILE, detail={}
    )
    query = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Cimg%20src=x%20onerror=alert(2)%3E"
    visitor.do("domains-add", back="/lists", names=HOSTILE, category=HOSTILE, why=HOSTILE)
    for page in (
        "/lists",
        f"/?schedule={query}",
        f"/policy?name={query}&client={query}&at={query}&calendar={query}",
        f"/lists?name={query}&category={query}",
        "/log",
        f"/log?service={query}",
        f"/audit?action={query}",
        "/audit",
        "/system",
        f"/usage?service={query}",
    ):
        text = visitor.get(page)
        assert "<script>alert" not in text and "<img src=x" not in text and "onerror=alert(2)>" not in text, (
            page
        )
    assert "&lt;script&gt;alert(1)" in visitor.get("/audit")
    assert "something &lt;b&gt;odd&lt;/b&gt;" in visitor.get("/")


def test_a_form_goes_back_to_a_page_of_ours_only(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    for back, told in {
        "/policy?year=2027#calendar": "/policy?year=2027#calendar",
        "https://evil.example/": "/",
        "//evil.example/": "/",
        "/policy\r\nX: 1": "/",
        "": "/",
        "/api/v1/now": "/",
    }.items():
        assert visitor.do("reload", back=back, why="x").headers["location"] == told


def test_what_was_typed_into_a_form_that_failed_is_still_there(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    fields = {
        "name": "Bad Name",
        "role": "head",
        "department": "Finance",
        "password": "very-secret-word",
        "why": "w",
    }
    visitor.do("user-add", back="/system#users", **fields)
    text = visitor.get("/system")
    assert 'value="Bad Name"' in text and "huruf kecil" in text
    assert "very-secret-word" not in text
    assert "small letters" not in visitor.get("/system")  # told once


def test_what_there_is_not_is_said(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    for path in ("/nothing", "/static/../main.py", "/static/%2e%2e/main.py", "/do/nothing"):
        assert visitor.browser.get(path).status_code in {404, 405}
    assert visitor.do("nothing").status_code == 404
    assert visitor.browser.post("/", headers={"Origin": ADDRESS}).status_code == 405


def test_pages_are_shown_while_the_service_is_away(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    dashboard.desk.silent = True
    dashboard.desk.status.forget()
    for page in PAGES:
        assert visitor.browser.get(page.path).status_code == 200
    assert "perkhidmatan tidak memberi respons" in visitor.get("/")


def test_who_may_not_see_a_page_keeps_the_way_to_the_others(dashboard: Dashboard) -> None:
    head = dashboard.login("officer3").browser
    found = head.get("/system")
    assert found.status_code == 403
    assert '<a href="/usage"' in found.text and 'action="/logout"' in found.text
    assert '<a href="/system"' not in found.text
