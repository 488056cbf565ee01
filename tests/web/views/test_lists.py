from __future__ import annotations

from functools import partial

import pytest

from sm_dns.util.download import Limits
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.views import lists
from tests.control.processes.web_server import body, web_server
from tests.support.dashboard import Dashboard

REMOTE = 'lists: [{name: office-social, url: "https://lists.example.net/x.txt", category: social, service: office}]\n'


def test_services_and_categories_with_their_names(dashboard: Dashboard) -> None:
    found = dashboard.login("officer2").browser.get(f"{PREFIX}/lists").json()
    services = {each["service"]: each for each in found["services"]}
    assert services["facebook"]["category"] == "social" and services["facebook"]["names"] > 10
    assert {each["name"]: each["names"] > 0 for each in found["categories"]}["streaming"]
    assert found["remote"] == []


def test_a_list_by_url_that_was_never_fetched(dashboard: Dashboard) -> None:
    dashboard.config.write_text(dashboard.config.read_text() + REMOTE)
    (found,) = dashboard.login("officer2").browser.get(f"{PREFIX}/lists").json()["remote"]
    assert (found["name"], found["names"], found["checked"]) == ("office-social", 0, None)
    assert "belum pernah" in dashboard.login("officer1").get("/lists")


def test_where_a_name_stands(dashboard: Dashboard) -> None:
    browser = dashboard.login("officer2").browser
    found = browser.get(f"{PREFIX}/domains/find?name=m.facebook.com").json()["found"]
    assert found[0]["service"] == "facebook" and found[0]["list"] == "shipped:social/facebook.txt"
    assert browser.get(f"{PREFIX}/domains/find?name=nowhere.example").json()["found"] == []
    assert browser.get(f"{PREFIX}/domains/find?name=a..b").status_code == 400


def test_own_names_by_category(dashboard: Dashboard) -> None:
    zones = dashboard.config.parent / "zones"
    zones.mkdir()
    (zones / "social.txt").write_text("".join(f"n{number}.example\n" for number in range(250)))
    (zones / "allow.txt").write_text("good.example\n")
    browser = dashboard.login("officer2").browser
    found = browser.get(f"{PREFIX}/domains?category=social").json()
    assert (found["total"], len(found["domains"]), found["domains"][-1]["name"]) == (250, 200, "n249.example")
    assert browser.get(f"{PREFIX}/domains?category=allow").json()["total"] == 1
    page = dashboard.login("officer1").get("/lists")
    assert "251" in page and len(page.encode()) <= 60_000


def test_what_a_list_would_give_is_shown_by_line(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "Limits", partial(Limits, allow_private=True))
    with web_server() as web:
        web.answers["/x"] = body(b"||a.example^\n||google.com^\nregexp:^a\n@@||b.a.example^\n")
        admin = dashboard.login("officer1")
        found = admin.browser.get(f"{PREFIX}/lists/preview", params={"url": web.url("/x")}).json()
        assert [one["name"] for one in found["taken"]] == ["a.example", "b.a.example"]
        assert [one["kind"] for one in found["left_out"]] == ["stays-open", "beyond-dns"]
        page = admin.get(f"/lists?url={web.url('/x')}")
        assert "b.a.example" in page and "never-close.txt" in page


def test_a_preview_leads_to_no_address_inside(dashboard: Dashboard) -> None:
    found = dashboard.login("officer1").browser.get(
        f"{PREFIX}/lists/preview", params={"url": "http://127.0.0.1/"}
    )
    assert found.status_code == 400 and "public internet" in found.text


def test_the_last_good_copy_by_line(dashboard: Dashboard) -> None:
    dashboard.config.write_text(dashboard.config.read_text() + REMOTE)
    browser = dashboard.login("officer2").browser
    missing = browser.get(f"{PREFIX}/lists/lines", params={"list": "office-social"})
    assert missing.status_code == 400 and "never fetched" in missing.text
    assert "no list" in browser.get(f"{PREFIX}/lists/lines", params={"list": "x"}).text
