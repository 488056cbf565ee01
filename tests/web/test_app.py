"""The application as a whole: its few files, its guard around everything, and what is not there."""

from __future__ import annotations

import pytest

from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard


def test_the_files_of_the_pages_are_kept_by_browsers(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    for name, kind in (
        ("style.css", "text/css"),
        ("app.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ):
        found = visitor.get(f"/static/{name}")
        assert found.status_code == 200 and found.headers["content-type"].startswith(kind)
        assert "max-age" in found.headers["cache-control"]
        again = visitor.get(f"/static/{name}", headers={"If-None-Match": found.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/style.css/",
        "/templates/base.html",
        "/.git/config",
    ],
)
def test_no_name_of_a_request_becomes_a_path(dashboard: Dashboard, path: str) -> None:
    """T17."""
    assert dashboard.login("officer1").browser.get(path).status_code == 404


def test_what_is_not_there_is_said_in_the_form_of_its_place(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1").browser
    assert admin.get(f"{PREFIX}/nothing").json() == {"error": "Not Found"}
    page = admin.get("/nothing?lang=en")
    assert page.status_code == 404 and "<h1>" in page.text
    assert admin.request("PATCH", "/").status_code == 405


def test_what_cannot_be_done_says_what_can(dashboard: Dashboard) -> None:
    """RFC 9110 §15.5.6, also where several routes serve one path."""
    visitor = dashboard.visitor()
    for path, allowed in (
        ("/", "GET, HEAD"),
        ("/login", "GET, HEAD, POST"),
        ("/logout", "POST"),
        ("/healthz", "GET, HEAD"),
        ("/static/app.js", "GET, HEAD"),
        ("/do/reload", "POST"),
        (f"{PREFIX}/domains", "DELETE, GET, HEAD, POST"),
        (f"{PREFIX}/users/x", "DELETE, PUT"),
        (f"{PREFIX}/me/totp", "DELETE, PUT"),
        (f"{PREFIX}/audit", "GET, HEAD"),
    ):
        for method in ("PATCH", "OPTIONS", "TRACE"):
            found = visitor.request(method, path)
            assert (found.status_code, found.headers["allow"]) == (405, allowed), (method, path)
    assert visitor.request("HEAD", "/do/reload").headers["allow"] == "POST"


def test_a_head_is_that_of_the_answer(dashboard: Dashboard) -> None:
    auditor = dashboard.login("officer2").browser
    for path in ("/", "/static/app.js", "/healthz", f"{PREFIX}/policy", "/nothing"):
        whole, head = auditor.get(path), auditor.request("HEAD", path)
        assert head.status_code == whole.status_code
        assert head.headers["content-type"] == whole.headers["content-type"], path


def test_a_mistake_of_ours_is_said_in_the_form_of_its_place(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = dashboard.login("officer1").browser

    def broken(*given: object) -> None:
        raise RuntimeError("of a kind")

    monkeypatch.setattr(dashboard.desk, "policy", broken)
    found = admin.get(f"{PREFIX}/policy")
    assert found.status_code == 500 and "log" in found.json()["error"]
    assert "of a kind" not in found.text
    page = admin.get("/policy?lang=en")
    assert page.status_code == 500 and "ralat dalaman" in page.text and "of a kind" not in page.text


def test_every_answer_is_dressed(dashboard: Dashboard) -> None:
    """T17: whatever is asked, by whomever."""
    for path in ("/", "/login", "/static/app.js", "/nothing", f"{PREFIX}/now", "/healthz"):
        headers = dashboard.visitor().get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert "cache-control" in headers
