"""A closed site asked for and opened in a real browser: its page, a head's dashboard, the site; and attackers."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from sm_dns.portal.request_desk import MAX_A_DAY, MAX_BY_CLIENT
from sm_dns.portal.respond import MAX_BODY
from sm_dns.state import access_requests, exemptions_store
from sm_dns.state.dashboard_accounts import User
from sm_dns.web.auth.accounts import Accounts
from tests.conftest import require
from tests.support.browser import Browser
from tests.support.browser import browser as real_browser
from tests.support.certificates import make_certificate
from tests.support.changes import put
from tests.support.dashboard import KEPT, PASSWORD
from tests.support.processes import PATIENCE, eventually, free_port
from tests.support.server import House
from tests.support.unbound import Unbound
from tests.support.web_proxy import Net, web_proxy
from tests.support.window import Window

SINKHOLE = "127.0.0.5"
SITE = "video.example"  # closed at all hours, so that no hour matters
PURPOSE = "Video of the agency"
SOON = 2.0  # seconds after the approval
FORM = "application/x-www-form-urlencoded"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Office(House):
    """A house with pages, a dashboard with two heads, and a site of its own that is closed."""

    def __init__(self, directory: Path, upstream: str) -> None:
        super().__init__(directory, [upstream])
        self.pages, self.secure, self.web = free_port(), free_port(), free_port()
        self.certificate, _ = make_certificate(directory, "notis.example")
        self.write(
            f"sinkhole: {{ipv4: {SINKHOLE}}}",
            f'portal: {{listen: ["{SINKHOLE}:{self.pages}"], https: ["{SINKHOLE}:{self.secure}"],'
            " name: notis.example, certificate: tls.pem, key: tls.key}",
            f'web: {{listen: ["127.0.0.1:{self.web}"], metrics: []}}',
            "monitoring: {departments: [{name: Kewangan}, {name: Audit}]}",
            "requests: {enabled: true, longest: 7d}",
        )
        self.zones.mkdir()
        (self.zones / "streaming.txt").write_text(f"{SITE}\n")
        (self.zones / "local.zone").write_text(f"notis.example 60 IN A {SINKHOLE}\n")
        accounts = Accounts(self.state)
        for name, department in (("ketua", "Kewangan"), ("lain", "Audit")):
            put(accounts.with_user(User(name, "head", department, KEPT)))
        put(accounts.with_user(User("ctm", "admin", "", KEPT)))

    def addresses(self, name: str) -> list[str]:
        """What the server says."""
        return list(self.dig(name).data)

    def visit(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        host: str = SITE,
        client: str = "127.0.0.1",
        **headers: str,
    ) -> tuple[int, str]:
        """A request to the pages by a client of any address: status and page."""
        connection = http.client.HTTPConnection(
            SINKHOLE, self.pages, timeout=PATIENCE, source_address=(client, 0)
        )
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, {"Host": host, "Content-Type": FORM, **fields})
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def token(self, client: str, host: str = SITE) -> str:
        """What the form of a page for that client holds."""
        _, page = self.visit("GET", "/", host=host, client=client)
        found = re.search(r'name="token" value="([^"]+)"', page)
        assert found is not None, page
        return found[1]

    def ask(self, client: str, host: str = SITE, token: str | None = None, **fields: str) -> tuple[int, str]:
        """Send the form."""
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        given = {"name": "Pegawai", "department": "Kewangan", "purpose": PURPOSE, "until": today, **fields}
        given["token"] = self.token(client, host) if token is None else token
        return self.visit("POST", "/permohonan", urlencode(given).encode(), host, client)

    def kept(self, client: str | None = None) -> list[access_requests.AccessRequest]:
        """The requests on the disk, of all or of one client."""
        return [each for each in access_requests.load(self.state) if client in (None, each.client)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, upstream: Unbound) -> Iterator[Office]:
    require("chromium", "dig")
    house = Office(tmp_path_factory.mktemp("office"), upstream.address)
    try:
        house.start()
        eventually(lambda: house.visit("GET", "/")[0] == 403, "the page is served")
        eventually(lambda: (house.status()["web"] or {}).get("listening"), "the dashboard listens")
        yield house
    finally:
        house.close()


@pytest.fixture(scope="module")
def staff(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of a member of staff."""
    with (
        web_proxy(Net(office.addresses, SINKHOLE, office.pages)) as proxy,
        real_browser(
            tmp_path_factory.mktemp("staff"), f"--proxy-server={proxy}", "--proxy-bypass-list=<-loopback>"
        ) as page,
    ):
        yield page


@pytest.fixture(scope="module")
def heads(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser in which heads log in."""
    with real_browser(tmp_path_factory.mktemp("heads")) as page:
        yield page


def logged_in(heads: Browser, office: Office, name: str) -> Window:
    window = Window(heads, f"http://127.0.0.1:{office.web}")
    window.open("/login?lang=en")
    if window.path != "/login?lang=en":
        window.send("header form")
        window.open("/login?lang=en")
    window.fill("main form", name=name, password=PASSWORD)
    window.send("main form")
    assert window.path == "/", window.text
    return window


def text_of(page: Browser) -> str:
    try:
        return str(page.ask("document.body.innerText"))
    except AssertionError:
        return ""  # between two pages


def ask_in(staff: Browser, address: str, **fields: str) -> None:
    """Fill in the form of a page and send it; wait until the page after it says that it waits."""
    staff.open(address)
    staff.ask("document.querySelector('details.ask').open = true")
    given = {"name": "Pegawai Tujuh", "department": "Kewangan", "purpose": PURPOSE, **fields}
    for name, text in given.items():
        staff.ask(f"document.querySelector('form [name={name}]').value = {json.dumps(text)}; 0")
    staff.ask("document.querySelector('details.ask form button').click(); 0")
    eventually(lambda: "menunggu keputusan" in text_of(staff), "the page of who asked says that it waits")
    assert staff.ask("location.href") == f"{address}permohonan"
    assert "Pegawai Tujuh" not in text_of(staff)
    staff.ask("window.same = true")


def approve(window: Window) -> None:
    """Approve the one request that waits."""
    assert window.text_of("nav .pill") == "1"
    window.open("/requests")
    assert "Pegawai Tujuh" in window.text and PURPOSE in window.text and SITE in window.text
    window.reveal("details.act")
    window.fill("form[action='/do/request-approve']", why="approved for the launch")
    window.send("form[action='/do/request-approve']")
    assert "The request is approved." in window.text


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"http://{SITE}/", "Diluluskan: laman web ini kini dibuka"),
        ("http://notis.example/", "diluluskan dan dibuka hingga"),
    ],
)
def test_asked_for_approved_and_open_without_a_reload(
    office: Office, staff: Browser, heads: Browser, address: str, told: str
) -> None:
    ask_in(staff, address, **({} if SITE in address else {"site": SITE}))
    approve(logged_in(heads, office, "ketua"))
    answered = time.monotonic()
    assert office.addresses(SITE) != [SINKHOLE]
    eventually(lambda: told in text_of(staff), "the page of who asked says so")
    seconds = time.monotonic() - answered
    print(f"told {seconds:.2f} s after the approval")
    assert seconds < SOON
    assert staff.ask("window.same") is True, "nobody loaded the page again"
    staff.ask("document.querySelector('.asked a').click(); 0")
    eventually(lambda: "The site itself" in text_of(staff), "the site opens")
    assert not [said for said in staff.said if "Content Security Policy" in said]

    (granted,) = exemptions_store.load(office.state)
    assert office.run("exempt", "revoke", granted.id).returncode == 0
    eventually(
        lambda: "telah diluluskan dan kini tamat" in office.visit("GET", "/permohonan")[1], "it has ended"
    )
    assert office.addresses(SITE) == [SINKHOLE]


def test_without_scripts_and_by_the_portals_own_name(office: Office, heads: Browser) -> None:
    client = "127.0.0.20"
    status, _ = office.ask(client, "notis.example", site=f"https://{SITE}/watch?v=1")
    assert status == 303
    page = office.visit("GET", "/permohonan", host="notis.example", client=client)[1]
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    eventually(lambda: office.kept(client), "the request is kept")
    (asked,) = office.kept(client)
    assert (asked.site, asked.department, asked.client) == (SITE, "Kewangan", client)
    window = logged_in(heads, office, "ketua")
    window.open("/requests")
    window.reveal("details.act:nth-of-type(2)")
    window.fill("form[action='/do/request-decline']", why="use the office telephone")
    window.send("form[action='/do/request-decline']")
    eventually(
        lambda: (
            "declined Reason: use the office telephone"
            in re.sub(
                "<[^>]+>", "", office.visit("GET", "/permohonan", host="notis.example", client=client)[1]
            )
        ),
        "who asked is told why",
    )
    assert "use the office telephone" not in office.visit("GET", "/permohonan", client="127.0.0.21")[1]


def test_over_https(office: Office) -> None:
    """The notice at its own name, with its certificate: the origin that a browser then names is good, too."""
    client = "127.0.0.22"
    trust = ssl.create_default_context(cafile=str(office.certificate))

    def visit(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        with (
            socket.create_connection((SINKHOLE, office.secure), PATIENCE, (client, 0)) as plain,
            trust.wrap_socket(plain, server_hostname="notis.example") as sock,
        ):
            lines = [f"{method} {path} HTTP/1.1", "Host: notis.example", f"Content-Type: {FORM}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            sock.sendall("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body)
            answer = sock.makefile("rb").read().decode()
        return int(answer.split(" ")[1]), answer

    found = re.search(r'name="token" value="([^"]+)"', visit("GET", "/")[1])
    assert found is not None
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    given = {"name": "Pegawai", "department": "Kewangan", "purpose": PURPOSE, "until": today, "site": SITE}
    body = urlencode({**given, "token": found[1]}).encode()
    assert visit("POST", "/permohonan", body, Origin="https://evil.example")[0] == 403
    assert visit("POST", "/permohonan", body, Origin=f"https://notis.example:{office.secure}")[0] == 303
    eventually(lambda: office.kept(client), "the request is kept")
    assert "waiting for a decision" in visit("GET", "/permohonan")[1]
    assert office.run("requests", "decline", office.kept(client)[0].id, "--reason", "no").returncode == 0


def test_a_page_of_another_site_sends_no_form_of_ours(office: Office, staff: Browser) -> None:
    """T17, in the browser: that page is not believed, though it has a token of another client."""
    client = "127.0.0.30"
    token = office.token(client)
    staff.open("http://elsewhere.example/")  # a site that is open
    before = len(office.kept())
    staff.ask(
        "{ const form = document.createElement('form'); form.method = 'post';"
        f"form.action = 'http://{SITE}/permohonan';"
        f"for (const [name, value] of Object.entries({{token: '{token}', name: 'x', purpose: 'x',"
        " department: 'Kewangan', until: '2030-01-01'})) { const field = document.createElement('input');"
        "field.name = name; field.value = value; form.append(field) } document.body.append(form); form.submit() }"
    )
    eventually(lambda: "403" in str(staff.ask("document.title")), "it is refused")
    time.sleep(1.0)
    assert len(office.kept()) == before


def test_forged_forms(office: Office) -> None:
    """T17: from another client, another origin, another host, with no token."""
    client, other = "127.0.0.31", "127.0.0.32"
    token = office.token(client)
    assert office.ask(other, token=token)[0] == 403
    assert office.ask(client, "m." + SITE, token=token)[0] == 403
    assert office.ask(client, token="")[0] == 403
    body = urlencode({"token": token, "name": "x", "purpose": "x", "department": "Audit"}).encode()
    for origin in ("http://evil.example", "null", f"https://{SITE}:1@evil.example"):
        assert office.visit("POST", "/permohonan", body, client=client, Origin=origin)[0] == 403
    assert office.visit("POST", "/permohonan", body, client=client, Content_Type="text/plain")[0] == 403
    assert office.kept(client) == office.kept(other) == []


def test_markup_and_bodies_that_are_too_long(office: Office, heads: Browser) -> None:
    """T16, NOT-7."""
    client = "127.0.0.33"
    for field in ("name", "purpose", "department", "until"):
        status, page = office.ask(client, **{field: HOSTILE})
        assert status in (303, 400), field
        assert "<script>alert" not in page and "<img src=x" not in page
    assert office.ask(client, "notis.example", site=HOSTILE)[0] == 400
    assert office.visit("POST", "/permohonan", b"x" * (MAX_BODY + 1), client=client)[0] == 413
    eventually(lambda: office.kept(client), "what is text is kept as text")
    window = logged_in(heads, office, "ketua")
    window.open("/requests")
    assert HOSTILE in window.text
    assert not [said for said in window.complaints() if "alert" in said]
    (asked,) = office.kept(client)
    assert office.run("requests", "decline", asked.id, "--reason", "no").returncode == 0


def test_what_is_not_closed_cannot_be_asked_for(office: Office) -> None:
    client = "127.0.0.34"
    token = office.token(client, "notis.example")
    for site in ("www.example.org", "use-application-dns.net", "dns.google"):
        status, page = office.ask(client, "notis.example", token=token, site=site)
        assert (status, "is not closed to this device" in page) == (400, True), site
    assert office.kept(client) == []


def test_a_flood_is_bounded_and_resolving_does_not_notice(office: Office) -> None:
    """T10."""
    client = "127.0.0.35"
    token = office.token(client, "notis.example")
    statuses = [
        office.ask(client, "notis.example", token=token, site=f"{number}.{SITE}")[0] for number in range(40)
    ]
    assert statuses.count(303) == MAX_BY_CLIENT <= MAX_A_DAY
    assert set(statuses) == {303, 429}
    assert office.addresses(SITE) == [SINKHOLE]
    eventually(lambda: len(office.kept(client)) == MAX_BY_CLIENT, "no more are kept")
    assert office.status()["portal"]["restarts"] == 0
    for asked in office.kept(client):
        assert office.run("requests", "decline", asked.id, "--reason", "no").returncode == 0


def test_another_head_a_link_and_a_decision_sent_again_decide_nothing(office: Office, heads: Browser) -> None:
    client = "127.0.0.36"
    assert office.ask(client)[0] == 303
    eventually(lambda: office.kept(client), "the request is kept")
    (asked,) = office.kept(client)
    window = logged_in(heads, office, "lain")
    window.open("/requests?all=true")
    assert "Pegawai" not in window.text
    forged = (
        "fetch('/do/request-approve', {method: 'POST', body: new URLSearchParams({csrf: "
        "document.querySelector('[name=csrf]').value, back: '/requests', why: 'x', id: '%s'})}).then(a => a.text())"
    )
    assert "there is no request" in str(heads.ask(forged % asked.id))
    window.open(f"/requests?id={asked.id}&why=x")
    assert heads.ask(f"fetch('/do/request-approve?id={asked.id}&why=x').then(a => a.status)") == 405
    assert heads.ask(f"fetch('/api/v1/requests/{asked.id}/approve').then(a => a.status)") == 405
    assert exemptions_store.load(office.state) == []
    logged_in(heads, office, "ketua")
    assert "The request is approved." in str(heads.ask(forged % asked.id))
    assert "is decided already, by ketua" in str(heads.ask(forged % asked.id))
    assert len(exemptions_store.load(office.state)) == 1
