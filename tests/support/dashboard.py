"""The dashboard without its process: the real application over a real compiled policy, the service played by hand."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
from argon2 import PasswordHasher

from sm_dns.agency.profile import shipped
from sm_dns.builder.process import compile_generation
from sm_dns.generation.directory import GENERATIONS
from sm_dns.generation.index_note import NOTE
from sm_dns.generation.web import NO_WEB
from sm_dns.ipc.figures import WaitClass
from sm_dns.ipc.orders import Known
from sm_dns.ipc.relayed import Relayed
from sm_dns.ipc.requests import (
    Flush,
    Flushed,
    HeedSwitches,
    Identities,
    Log,
    LogLine,
    LookedUp,
    LookUp,
    Reload,
    Reloaded,
    Request,
    SwitchesHeld,
    TellIdentities,
    TellLog,
)
from sm_dns.ipc.status import Alarm, ListStanding, Status
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.state.dashboard_accounts import User
from sm_dns.state.transitions import Flip
from sm_dns.util.finding import Finding
from sm_dns.util.lately import Occurrences
from sm_dns.util.message import Message
from sm_dns.web.app import application
from sm_dns.web.auth import codes, totp
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.setup_desk import SetupDesk
from sm_dns.web.pages.pages import Pages
from sm_dns.web.site import Site
from tests.support.changes import put
from tests.support.contracts import FIGURES, MONITORING, STATUS, UPSTREAM, WORKER, WORKER_DOWN
from tests.support.setting_up import FINDINGS

A = TypeVar("A")
ADDRESS = "http://127.0.0.1:8053"
PASSWORD = "cukup-panjang-ini"
KEPT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(
    PASSWORD
)  # weak: there are hundreds of logins
CLIENT = "192.0.2.77"
SECRET = "JBSWY3DPEHPK3PXP" * 2
LIST = ListStanding(
    name="x",
    category="social",
    source="https://lists.example/x",
    changed="2026-08-10T04:00:00Z",
    checked="2026-08-10T04:30:00Z",
    names=2,
    exceptions=0,
    unusable=0,
    beyond_dns=0,
    stays_open=0,
)

CONFIGURATION = """\
listen: ["127.0.0.1:5335"]
upstreams: ["192.0.2.1"]
schedules: {default: {}}
calendars: {putrajaya: {country: MY, subdivision: PJY, schedules: [default]}}
groups: [{name: office, clients: ["127.0.0.0/8", "10.0.0.0/8"]}]
monitoring: {base: 1500, departments: [{name: Finance, base: 520}, {name: Audit, base: 440}]}
"""


class PlayedDesk(Backend):
    """A desk whose service is a compiled generation and what the test says."""

    lines: tuple[LogLine, ...] = ()
    asked: list[Request[Any]]
    silent = False
    known: Relayed | None = None
    """What the upstreams say to whatever is looked up."""

    def ask(self, request: Request[A], timeout: float = 1.0) -> A | None:
        self.asked = [*getattr(self, "asked", []), request]
        if self.silent:
            return None
        found: A = self._answer(request)
        return found

    def _answer(self, request: Request[Any]) -> Any:
        if isinstance(request, TellLog):
            return Log(tuple(line for line in self.lines if line.number > request.after))
        if isinstance(request, Reload):
            self.directory = compile_generation(self.config, self.now())
            loaded = snapshot.load(self.directory)
            return Reloaded(loaded.generation, loaded.version, len(loaded.names))
        if isinstance(request, Flush):
            return Flushed(3)
        if isinstance(request, TellIdentities):
            return Identities(())
        if isinstance(request, HeedSwitches):
            return SwitchesHeld(self.switches(), 1, 1)
        if isinstance(request, LookUp):
            return LookedUp(None if self.known is None else Known(self.known, 0.0), b"")
        return status_of(self.directory, str(self.config))

    directory: Path


def status_of(directory: Path, config: str) -> Status:
    """A status as the service tells it."""
    loaded = snapshot.load(directory)
    figures = replace(
        FIGURES,
        generation=loaded.generation,
        queries_udp=10,
        queries_tcp=10,
        queries_dot=10,
        queries_doh=10,
        memo_hits=7,
        limited=7,
        overlong=7,
        undelivered=7,
        rcodes=(("NOERROR", 4), ("NXDOMAIN", 3)),
        waits=(WaitClass(0.5, 4), WaitClass(None, 1)),
        waited=2.5,
        cache_entries=7,
        cache_bytes=7,
        under_way=7,
        faults=Occurrences(2, 1.0, 2.0, Message("sm_dns/x.py:1: KeyError(1)")),
        upstreams=(replace(UPSTREAM, latency_ms=12.5, answers=5),),
    )
    return replace(
        STATUS,
        config=config,
        generation=loaded.generation,
        version=loaded.version,
        names=len(loaded.names),
        directory=str(directory),
        last_flip=Flip("2026-08-10T04:00:00Z", "default", "denied", "WORKING_HOURS", 3),
        findings=(Finding("warning", Message("something <b>odd</b>")),),
        monitoring=replace(MONITORING, waiting=3, lost=2, counted=(("social", "denied", 5),)),
        alarms=(Alarm("2026-08-10T04:00:00Z", Message("the clock jumped")),),
        workers=(replace(WORKER, restarts=1, figures=figures), WORKER_DOWN),
        lists=(LIST,),
    )


class Browser:
    """Sends requests straight to an application, and keeps its cookies."""

    def __init__(self, app: Any, client: str) -> None:
        self._app = app
        self._client = client
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, given))

    async def _request(self, method: str, path: str, given: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(self._client, 50000), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=self.cookies) as client:
            found = await client.request(method, path, **given)
            self.cookies = client.cookies
            return found

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.request("POST", path, **given)


def _lend_index(directory: Path) -> None:
    """Let the compiler find the shipped lists as it compiled them for an earlier test."""
    directory.mkdir(parents=True)
    for file in Path(_INDEX.name).iterdir():
        os.link(file, directory / file.name)


def _keep_index(directory: Path) -> None:
    for name in (NAMES_FILE, NOTE):
        kept = Path(_INDEX.name) / name
        if not kept.exists():
            os.link(directory / name, kept)


_INDEX = tempfile.TemporaryDirectory(prefix="sm-dns-test-index-")


class Dashboard:
    """A house of files with the application on them. The clock is the test's."""

    def __init__(self, directory: Path, now: float = 1_786_334_400.0, **plan: Any) -> None:
        self.config = directory / "sm-dns.yaml"
        self.config.write_text(CONFIGURATION)
        self.state = directory / "var"
        self.clock = now
        self.desk = PlayedDesk(
            replace(
                NO_WEB,
                plain=(("127.0.0.1", 8053),),
                **{"metrics": ("127.0.0.0/8",), "words": shipped("jkdm").words, **plan},
            ),
            self.config,
            self.state,
            clock=lambda: self.clock,
        )
        self.desk.setup = SetupDesk(self.config, self.state, lambda: self.clock, lambda host: FINDINGS)
        _lend_index(self.state / GENERATIONS / "00000000")
        self.desk.directory = compile_generation(self.config, now)
        _keep_index(self.desk.directory)
        self.site = Site(self.desk)
        self.pages = Pages(self.site)
        self.app = application(self.site, self.pages)

    def close(self) -> None:
        self.site.figures.close()

    def people(self) -> None:
        """One of each role; the heads are of Finance and Audit. The administrator gives a code at each login."""
        for name, role, department in (
            ("officer1", "admin", ""),
            ("officer2", "auditor", ""),
            ("officer3", "head", "Finance"),
            ("officer4", "head", "Audit"),
        ):
            secret = SECRET if role == "admin" else ""
            put(self.desk.accounts.with_user(User(name, role, department, KEPT, secret)))

    def visitor(self, client: str = CLIENT) -> Browser:
        """A browser that has been nowhere."""
        return Browser(self.app, client)

    def code(self, secret: str = SECRET) -> str:
        """What an authenticator shows now."""
        return totp.hotp(base64.b32decode(secret), int(self.clock // totp.STEP))

    def login(self, name: str) -> Visitor:
        """A browser in which somebody logged in, long after any login before."""
        user = self.desk.accounts.book().user(name)
        (self.state / "web" / codes.FILE).unlink(missing_ok=True)
        return Visitor(self.visitor(), name, self.code(user.totp) if user and user.totp else "")

    def add_newcomer(self) -> None:
        """An administrator who gives no code yet."""
        put(self.desk.accounts.with_user(User("newcomer", "admin", "", KEPT)))

    def session_of(self, name: str) -> dict[str, str]:
        """The cookies of somebody who has just logged in, whatever is to be done first."""
        user = self.desk.accounts.book().user(name)
        assert user is not None
        key, _ = self.desk.sessions.open(name, user.password, self.clock)
        return {"smdns": key}

    def token(self, role: str, department: str = "") -> dict[str, str]:
        """The header of a program with a token."""
        file, text, _ = self.desk.accounts.with_token(f"of a {role}", role, department, self.clock, None)
        put(file)
        return {"Authorization": f"Bearer {text}"}


class Visitor:
    """A browser with a session, and the token that its forms hold."""

    def __init__(self, browser: Browser, name: str, code: str = "") -> None:
        self.browser = browser
        done = browser.post(
            "/login", data={"name": name, "password": PASSWORD, "code": code}, headers={"Origin": ADDRESS}
        )
        assert (done.status_code, done.headers["location"]) == (303, "/"), done.text
        self.csrf = ""
        self.csrf = self.csrf_of(self.get("/account"))

    def get(self, path: str) -> str:
        """A page, which there must be."""
        found = self.browser.get(path)
        assert found.status_code == 200, found.text
        return found.text

    def csrf_of(self, page: str) -> str:
        found = re.search('name="csrf" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    def do(self, action: str, /, origin: str | None = ADDRESS, csrf: str | None = None, **fields: str) -> Any:
        """Send a form of ours; the response."""
        headers = {} if origin is None else {"Origin": origin}
        data = {"csrf": self.csrf if csrf is None else csrf, **fields}
        return self.browser.post(f"/do/{action}", data=data, headers=headers)
