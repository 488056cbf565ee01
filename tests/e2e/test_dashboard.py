"""The whole product from a real browser: first run, every page in both languages, changes that hold at once.

With SM_DNS_PICTURES=FOLDER the pictures of the documents are taken on the way.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from sm_dns.monitor.pseudonym import load_or_make
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from sm_dns.web.auth import totp
from sm_dns.web.interface.openapi import PREFIX
from tests.conftest import require
from tests.support.browser import browser as real_browser
from tests.support.processes import eventually, free_port
from tests.support.rows import row
from tests.support.server import House
from tests.support.unbound import Unbound
from tests.support.window import DESKTOP, PHONE, Window

PAGES = {
    "/": ("Status semasa", "Status"),
    "/usage": ("Penggunaan", "Usage"),
    "/policy": ("Dasar", "Policy"),
    "/lists": ("Senarai", "Lists"),
    "/log": ("Log masa nyata", "Live log"),
    "/audit": ("Jejak audit", "Audit trail"),
    "/history": ("Sejarah dasar", "History of the policy"),
    "/operations": ("Operasi", "Operations"),
    "/system": ("Sistem", "System"),
    "/account": ("Akaun saya", "My account"),
}
PASSWORD = "kata-laluan-panjang"
LONG = "Bahagian Penguatkuasaan dan Pematuhan Perdagangan Antarabangsa"
NEXT_YEAR = datetime.now(UTC).year + 1
PICTURES = os.environ.get("SM_DNS_PICTURES")
KEPT = {"now-en", "usage-en", "explain-en", "log-en", "now-dark", "now-phone"}


class Site(House):
    """A house with a dashboard and a week of use behind it. codes: recovery codes of the first administrator."""

    codes: list[str]

    def __init__(self, directory: Path, upstream: str) -> None:
        super().__init__(directory, [upstream])
        self.web_port = free_port()
        self.write(
            f'web: {{listen: ["127.0.0.1:{self.web_port}"], metrics: []}}',
            "calendars: {putrajaya: {country: MY, subdivision: PJY, schedules: [default]}}",
            f"monitoring: {{base: 1500, departments: [{{name: Kewangan, base: 120}}, {{name: {LONG}, base: 300}}]}}",
            "notice: {agency: {ms: Jabatan Contoh, en: Example Department}, contact: CTM}",
            schedule="{effective_from: 2026-01-01T00:00:00}",
        )
        fill(self.state)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def web(self) -> dict[str, Any]:
        """How the dashboard's process is."""
        found: dict[str, Any] = self.status()["web"]
        return found

    def get(self, path: str) -> tuple[int, str]:
        """A page without a browser: its status and text; 0 while nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""


def fill(state: Path) -> None:
    """A week of staff, most of them at lunch, under the key that the service will use."""
    for folder in ("monitor", "keys"):
        (state / folder).mkdir(parents=True, mode=0o700)
    key = load_or_make(state / "keys" / "pseudonym.key").key_id
    chance = random.Random(3)
    departments = ("Kewangan", LONG, "Audit", "Khidmat Pengurusan")
    now = int(time.time()) // HOUR * HOUR
    rows = {}
    for at in range(now - 7 * 24 * HOUR, now, HOUR):
        local = (at // HOUR + 8) % 24
        for _ in range(chance.randrange(60 if local == 13 else 25 if 8 <= local < 23 else 2)):
            who = int(abs(chance.gauss(0, 60))) % 180
            service = chance.choice(("facebook", "facebook", "tiktok", "instagram", "x", "youtube"))
            outcome = chance.choice(("permitted", "denied", "permitted"))
            made = row(
                f"p{who}",
                hour=at,
                department=departments[who % 4],
                service=service,
                outcome=outcome,
                queries=3,
            )
            rows[made[:9]] = made
    store = Store(state / "monitor" / "usage.db")
    store.add(list(rows.values()), key)
    for at in range(now - 7 * 24 * HOUR, now, 100):
        store.note_running(at)
    store.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, upstream: Unbound) -> Iterator[Site]:
    require("chromium", "dig")
    house = Site(tmp_path_factory.mktemp("dashboard"), upstream.address)
    try:
        house.start()
        eventually(lambda: house.web()["listening"], "the dashboard listens")
        yield house
    finally:
        house.close()


@pytest.fixture(scope="module")
def browser(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """One in which the first administrator has been made."""
    with real_browser(tmp_path_factory.mktemp("chromium")) as page:
        window = Window(page, site.address)
        first_run(site, window)
        yield window


def first_run(site: Site, browser: Window) -> None:
    browser.open("/")
    assert browser.path == "/first-run"
    assert "Persediaan kali pertama" in browser.text
    browser.fill("main form", token="guess", name="officer1", password=PASSWORD, again=PASSWORD)
    browser.send("main form")
    assert "token persediaan tidak sah" in browser.text
    token = (site.state / "web" / "first-run-token").read_text().strip()
    browser.fill("main form", token=token, name="officer1", password=PASSWORD, again=PASSWORD)
    browser.send("main form")
    assert browser.path == "/first-steps"
    assert not (site.state / "web" / "first-run-token").exists()
    browser.open("/system")
    assert browser.path == "/first-steps"
    key = browser.text_of(".offer code").replace(" ", "")
    code = totp.hotp(base64.b32decode(key), int(time.time() // totp.STEP))
    browser.fill("main form", code=code)
    browser.send("main form")
    assert browser.path == "/account"
    site.codes = browser.text_of("ul.codes").split()
    browser.open("/")
    assert browser.path == "/"
    browser.complaints()  # that the guess was refused is one


def picture(browser: Window, name: str, size: tuple[int, int] = DESKTOP) -> None:
    if PICTURES and name in KEPT:
        browser.picture(Path(PICTURES) / f"{name}.png")
        browser.resize(size)


def test_every_page_in_both_languages_at_every_size(browser: Window) -> None:
    """Nothing is wider than its window, and no page asks for what its own policy refuses."""
    for number, language in enumerate(("ms", "en")):
        for path, titles in PAGES.items():
            browser.open(f"{path}?lang={language}")
            eventually(lambda: not re.search("sedang dikira|being computed", browser.text), "figures")
            assert browser.language == language
            assert titles[number] in browser.title
            assert browser.overflow() == 0, path
            name = path.strip("/") or "now"
            if language == "en" or path in {"/", "/usage"}:
                picture(browser, f"{name}-{language}")
            browser.resize(PHONE)
            assert browser.overflow() == 0, path
            eventually(lambda: browser.shows("[aria-current=page]"), f"which page this is: {path}")
            assert path != "/policy" or browser.shows("table th:last-child"), "the hours"
            assert path != "/audit" or browser.width("td.what") >= 120, "a word does not break"
            if language == "ms" and path in {"/", "/usage"}:
                picture(browser, f"{name}-phone", PHONE)
            browser.resize(DESKTOP)
    browser.dark(True)
    for path in ("/", "/usage"):
        browser.open(path)
        eventually(lambda: "being computed" not in browser.text, "figures")
        picture(browser, f"{path.strip('/') or 'now'}-dark")
    browser.dark(False)
    assert browser.complaints() == []


def test_a_domain_is_added_and_denied_at_once(site: Site, browser: Window) -> None:
    browser.open("/lists?lang=en")
    browser.fill("#own form", names="kedai.example", category="streaming", why="complaint 7")
    browser.send("#own form")
    assert "in effect now" in browser.text
    assert "kedai.example" in browser.text_of("#own table")
    denied = site.dig("www.kedai.example")
    assert (denied.status, denied.data) == ("NOERROR", ["0.0.0.0"])
    assert site.audited("domains add") == ["domains add"]
    browser.open("/lists?name=www.kedai.example#find")
    assert "site:streaming.txt" in browser.text_of("#find")


def test_an_exemption_is_granted_seen_in_the_live_log_and_ends(site: Site, browser: Window) -> None:
    assert site.dig("www.netflix.com").data == ["0.0.0.0"]
    browser.open("/policy?lang=en")
    browser.reveal("#exemptions details.add")
    form = "#exemptions details.add form"
    browser.fill(
        form, group="office", service="netflix", length="25s", approver="Puan Officer4", why="training film"
    )
    browser.send(form)
    assert "Puan Officer4" in browser.text_of("#exemptions table")
    assert site.dig("www.netflix.com").data != ["0.0.0.0"]
    browser.open("/log?lang=en")
    lines = "#log tbody"
    eventually(lambda: re.search("netflix\tExempt", browser.text_of(lines)), "a line of the log")
    assert site.audited("log viewed") == ["log viewed"]
    picture(browser, "log-en")
    eventually(lambda: site.dig("www.netflix.com").data == ["0.0.0.0"], "it is denied again")
    browser.open("/policy")
    eventually(lambda: "No exemption is in force" in reopened(browser, "/policy"), "it is gone")
    eventually(lambda: site.audited("exempt expired"), "the end is audited")


def test_a_service_is_given_a_rule_and_it_is_taken_away(site: Site, browser: Window) -> None:
    assert site.dig("www.netflix.com").data == ["0.0.0.0"]
    browser.open("/policy?lang=en")
    browser.reveal("#services details.add")
    form = "#services details.add form"
    browser.fill(form, service="netflix", action="permit", who="office", why="training film")
    browser.send(form)
    assert re.search(
        "netflix\tpermitted\tthe group office\t.*: training film", browser.text_of("#services table")
    )
    assert site.dig("www.netflix.com").data != ["0.0.0.0"]
    browser.reveal("#services details.act")
    browser.fill("#services details.act form", why="over")
    browser.send("#services details.act form")
    assert "No service has a rule of its own" in browser.text_of("#services")
    assert site.dig("www.netflix.com").data == ["0.0.0.0"]
    assert site.audited("services") == ["services set", "services unset"]


def reopened(browser: Window, path: str) -> str:
    browser.open(path)
    return browser.text


def test_next_years_calendar_is_accepted(site: Site, browser: Window) -> None:
    browser.open(f"/policy?lang=en&year={NEXT_YEAR}")
    browser.send("#calendar form[action='/do/calendar-propose']")
    assert "proposed, not confirmed" in browser.text_of("#calendar")
    browser.fill(
        "#calendar form[action='/do/calendar-accept']", why="compared", estimates="on", declared="on"
    )
    browser.send("#calendar form[action='/do/calendar-accept']")
    assert "The calendar is confirmed" in browser.text
    assert (site.directory / "calendar" / f"putrajaya-{NEXT_YEAR}.cal").exists()
    told = site.json("explain", "www.facebook.com", "--at", f"{NEXT_YEAR}-08-31T10:00")
    assert told[0]["reason_code"] == "HOLIDAY_OPEN"


def test_a_holiday_by_the_moon_is_settled_with_one_click(site: Site, browser: Window) -> None:
    first, other = f"{NEXT_YEAR}-07-05", f"{NEXT_YEAR}-07-07"
    browser.open(f"/policy?lang=en&year={NEXT_YEAR}")
    form = "#calendar form[action='/do/calendar-add']"
    browser.fill(form, date=first, kind="conditional", others=other, text="By the moon", why="announced")
    browser.send(form)
    assert "By the moon: the day is not settled yet" in browser.text_of("#calendar")
    browser.send(f"#calendar form[action='/do/calendar-settle']:has(input[value='{other}'])")
    assert "The day is settled and in force" in browser.text
    ordinary, settled = (
        site.json("explain", "www.facebook.com", "--at", f"{day}T10:00")[0]["reason_code"]
        for day in (first, other)
    )
    assert (ordinary == "HOLIDAY_OPEN", settled == "HOLIDAY_OPEN") == (False, True)
    assert site.audited("calendar settle")


def test_what_happens_for_name_client_and_time(site: Site, browser: Window) -> None:
    browser.open("/policy?lang=en")
    day = f"{NEXT_YEAR}-03-03T10:00"  # no holiday whatever the moon does: checked against the command
    told = site.json("explain", "www.facebook.com", "--at", day)[0]
    browser.fill("#explain form", name="www.facebook.com", client="127.0.0.1", at=day)
    browser.send("#explain form")
    shown = browser.text_of("#explain .answer")
    assert ("Not permitted" in shown) is (told["decision"] == "deny")
    assert told["reason"] in shown
    picture(browser, "explain-en")


def test_a_program_reads_what_a_token_lets_it(site: Site, browser: Window) -> None:
    browser.open("/system?lang=en")
    browser.reveal("#tokens details.add")
    browser.fill("#tokens details.add form", label="Grafana", role="auditor", why="figures")
    browser.send("#tokens details.add form")
    token = browser.text_of("code.secret")
    assert site.get("/metrics")[0] == 401
    request = urllib.request.Request(site.address + "/metrics", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert 'sm_dns_queries_total{protocol="udp"}' in answer.read().decode()
    request.full_url = f"{site.address}{PREFIX}/openapi.json"
    with urllib.request.urlopen(request, timeout=30) as answer:
        document = json.load(answer)
    for path in [path for path, methods in document["paths"].items() if "get" in methods]:
        said = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        wanted = {
            each["name"] for each in document["paths"][path]["get"]["parameters"] if each.get("required")
        }
        if wanted - {"name"} or path.endswith("/setup"):
            continue  # of a list by URL, and there is none; and for administrators
        asked = "?name=netflix.com" if wanted else ""
        request.full_url = f"{site.address}{path}{asked}"
        with urllib.request.urlopen(request, timeout=30) as answer:
            OAS31Validator({**said, "components": document["components"]}).validate(json.load(answer))
    request = urllib.request.Request(
        site.address + "/api/v1/now", headers={"Authorization": f"Bearer {token}", "Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError, match="421"):
        urllib.request.urlopen(request, timeout=30)
    assert json.loads(site.get("/api/v1/now")[1]) == {"error": "log in, or send a token"}


def test_a_browser_that_logs_out_is_out(site: Site, browser: Window) -> None:
    browser.open("/")
    browser.send("form[action='/logout']")
    browser.open("/audit")
    assert browser.path == "/login"
    browser.fill("main form", name="officer1", password="wrong-guess-here")
    browser.send("main form")
    assert "is not correct" in browser.text
    browser.fill("main form", name="officer1", password=PASSWORD, recovery=site.codes.pop())
    browser.send("main form")
    assert browser.path == "/"


def test_a_dashboard_that_dies_hangs_or_is_flooded_leaves_resolving_alone(site: Site) -> None:
    """T17: the workers are the same, and each question is answered meanwhile."""
    workers = site.worker_pids()

    def resolves() -> None:
        assert site.dig("www.netflix.com").status == "NOERROR"

    def another(than: int) -> int:
        eventually(
            lambda: site.web()["pid"] not in (None, than) and site.web()["listening"], "another dashboard"
        )
        pid: int = site.web()["pid"]
        return pid

    first = site.web()["pid"]
    os.kill(first, signal.SIGKILL)
    resolves()
    second = another(first)
    os.kill(second, signal.SIGSTOP)
    resolves()
    os.kill(second, signal.SIGCONT)  # that a silent one is replaced is tested beside its process
    flood = [socket.create_connection(("127.0.0.1", site.web_port)) for _ in range(300)]
    try:
        for each in flood:
            each.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        resolves()
    finally:
        for each in flood:
            each.close()
    eventually(lambda: site.get("/healthz") == (200, "ok\n"), "it answers again")
    assert site.web()["pid"] == second
    assert site.worker_pids() == workers
