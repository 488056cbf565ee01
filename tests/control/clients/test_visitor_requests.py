"""Requests on their way from the portal to the disk and back; the portal is played, and lies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.control.clients.present_clients import PresentClients
from sm_dns.control.clients.undelivered import RETRY_SECONDS
from sm_dns.control.clients.visitor_requests import (
    FORGET_SECONDS,
    MAIL_SECONDS,
    TOLD_SECONDS,
    VisitorRequests,
)
from sm_dns.control.processes.portal_process import Portal
from sm_dns.control.service_log import ServiceLog
from sm_dns.generation.directory import Generation
from sm_dns.ipc import children
from sm_dns.ipc.fleet import CarriedOut
from sm_dns.ipc.visitor_requests import MAX_NAME, RequestStanding, Wanted
from sm_dns.policy.clients.presence import Rows
from sm_dns.policy.exemptions import Exemption
from sm_dns.state import access_requests, audit, exemptions_store
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING
from tests.support.changes import put
from tests.support.contracts import MONITORING_PLAN
from tests.support.site import NOON, Site

WANTED = Wanted("10.1.0.1", "www.facebook.com", "Officer One", "Finance", "the page", int(NOON) + 3600)
CONFIG = """
requests: {enabled: true, keep: 1d}
monitoring: {departments: [{name: Finance}]}
"""


class Played:
    """A portal as the control process sees it."""

    def __init__(self) -> None:
        self.pid: int | None = 7
        self.asked: list[Wanted] = []
        self.told: list[tuple[RequestStanding, ...]] = []

    async def take_requests(self) -> tuple[Wanted, ...]:
        taken, self.asked = tuple(self.asked), []
        return taken

    async def note_standings(self, rows: Sequence[RequestStanding]) -> int | None:
        if self.pid is not None:
            self.told.append(tuple(rows))
        return self.pid


async def _told(rows: Rows) -> None:
    """Nobody answers here."""


class Room:
    """The control process, without its other parts."""

    def __init__(self, site: Site, config: str = CONFIG) -> None:
        site.config.write_text(site.config.read_text() + config)
        self.now = NOON
        self.state = site.state
        self.portal = Played()
        self.generation: Generation = site.compile()
        self.log = ServiceLog(site.state, Clock(0.0))
        self.requests = VisitorRequests(
            site.config,
            site.state,
            cast(Portal, self.portal),
            lambda: self.generation,
            lambda: self.generation.snapshot,
            PresentClients(IdentitySources(MONITORING_PLAN), lambda: (frozenset(), False), _told, Clock(0.0)),
            self.log,
            lambda: self.now,
            self.carry,
        )
        self.carried: list[tuple[str, ...]] = []
        self.primary_is_there = True

    async def carry(self, person: str, arguments: tuple[str, ...]) -> CarriedOut:
        if not self.primary_is_there:
            raise BadInput("the primary is away")
        self.carried.append(arguments)
        return CarriedOut(1, NOTHING, 0, "", "")

    def turn(self, *asked: Wanted) -> None:
        self.portal.asked = list(asked)

        async def take() -> None:
            await self.requests._turn()
            await asyncio.sleep(0)  # what a node delivers is a task of its own
            await asyncio.sleep(0)

        asyncio.run(take())

    @property
    def kept(self) -> list[access_requests.AccessRequest]:
        return access_requests.load(self.state)


@pytest.fixture
def room(site: Site) -> Room:
    return Room(site)


def test_a_request_is_kept_with_what_closes_the_site(room: Room) -> None:
    room.turn(WANTED)
    (made,) = room.kept
    assert (made.service, made.category, made.site) == ("facebook", "social", "www.facebook.com")
    assert (made.name, made.department, made.until) == ("Officer One", "Finance", WANTED.until)
    (row,) = room.portal.told[-1]
    assert row == RequestStanding(made.id, "10.1.0.1", "www.facebook.com", "waiting", WANTED.until, "", "")


def test_a_name_of_the_sites_own_list_is_of_no_service(site: Site) -> None:
    site.list("streaming", "video.example")
    room = Room(site)
    room.turn(replace(WANTED, site="www.video.example"))
    (made,) = room.kept
    assert (made.service, made.category) == ("", "streaming")


@pytest.mark.parametrize(
    "lie",
    [
        {"client": "8.8.8.8"},
        {"client": "nobody"},
        {"client": "10.1.0.1/8"},
        {"site": "www.example.org"},
        {"site": "dns.google"},
        {"site": "not a name"},
        {"site": ""},
        {"name": ""},
        {"name": "a" * (MAX_NAME + 1)},
        {"name": "\x1b[2J"},
        {"purpose": "\u202e"},
        {"department": "Audit"},
        {"department": ""},
        {"until": int(NOON)},
        {"until": int(NOON) + 32 * 86_400},
    ],
)
def test_what_the_portal_says_is_not_believed(room: Room, lie: dict[str, Any]) -> None:
    room.turn(replace(WANTED, **lie))
    assert room.kept == []
    assert not any(each.action == "access request" for each in audit.read(room.state / audit.FILE))


def test_the_portal_is_told_again_only_of_something_else(room: Room) -> None:
    room.turn()
    room.turn()
    assert room.portal.told == [()]
    room.turn(WANTED)
    room.turn()
    assert len(room.portal.told) == 2
    room.portal.pid = 8  # another process, which knows nothing
    room.turn()
    assert len(room.portal.told) == 3
    room.portal.pid = None
    room.turn()
    room.portal.pid = 9
    room.turn()
    assert len(room.portal.told) == 4
    room.now += 3600
    room.turn()
    assert [row.state for row in room.portal.told[-1]] == ["expired"]
    room.now += TOLD_SECONDS
    put(access_requests.written(room.state, room.kept))  # any change of the file
    room.turn()
    assert room.portal.told[-1] == ()


def test_while_no_portal_runs_nothing_is_read_for_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand exemptions, read two and a half times a second for nobody, were a tenth of a core."""
    room.portal.pid = None
    read: list[Path] = []

    def load(directory: Path) -> list[Exemption]:
        read.append(directory)
        return []

    monkeypatch.setattr(exemptions_store, "load", load)
    room.turn()
    room.turn()
    assert read == []
    room.portal.pid = 8
    room.turn()
    assert len(read) == 1
    assert room.portal.told == [()]


def test_what_was_granted_and_revoked_has_ended(room: Room) -> None:
    room.turn(WANTED)
    exemption = Exemption(
        "e", None, "10.1.0.1/32", None, "facebook", "head", "r", int(NOON), int(NOON) + 1800
    )
    file, stored = exemptions_store.with_one(room.state, exemption)
    terms = access_requests.Terms(None, "10.1.0.1/32", None, "facebook", int(NOON) + 1800)
    approved = replace(room.kept[0], decision="approved", terms=terms, exemption=stored.id, reason="ok")
    put(file)
    put(access_requests.written(room.state, [approved]))
    room.turn()
    assert [(row.state, row.until, row.reason) for row in room.portal.told[-1]] == [
        ("approved", int(NOON) + 1800, "ok")
    ]
    put(exemptions_store.without(room.state, stored.id)[0])
    room.turn()
    assert [row.state for row in room.portal.told[-1]] == ["ended"]


def test_what_has_ended_is_erased_after_its_time(room: Room) -> None:
    room.turn(WANTED)
    room.now += 3600 + 86_400 - FORGET_SECONDS
    room.turn()
    assert room.kept
    room.now += FORGET_SECONDS + 1
    room.turn()
    assert room.kept == []
    assert "Officer One" not in "".join(
        each.read_text(errors="replace") for each in room.state.glob("*.json*") if each.is_file()
    )


def test_where_nobody_may_ask_nothing_is_taken(site: Site) -> None:
    room = Room(site, "")
    room.turn(WANTED)
    assert room.kept == []


def test_new_requests_are_mailed_together_and_seldom(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(
        site,
        CONFIG.replace("keep: 1d", "mail: [{to: [head@agency.example]}]")
        + "smtp: {host: 127.0.0.1, security: none, sender: dns@agency.example}\n",
    )
    mailed: list[list[str]] = []

    async def mail(config: Path, request_ids: list[str]) -> None:
        mailed.append(request_ids)

    monkeypatch.setattr(children, "mail_requests", mail)

    async def turns() -> None:
        for client, seconds in (
            ("10.1.0.1", 0.0),
            ("10.1.0.2", 1.0),
            ("10.1.0.3", 1.0),
            (None, MAIL_SECONDS),
        ):
            room.now += seconds
            room.portal.asked = [] if client is None else [replace(WANTED, client=client)]
            await room.requests._turn()
            await asyncio.sleep(0)

    asyncio.run(turns())
    ids = [each.id for each in room.kept]
    assert mailed == [ids[:1], ids[1:]]


def test_what_is_asked_at_a_node_is_kept_by_the_primary_once_it_is_there(room: Room) -> None:
    standing = room.state / "fleet" / "standing.json"
    standing.parent.mkdir()
    standing.write_text(json.dumps({"role": "node"}))
    room.primary_is_there = False
    room.turn(WANTED)
    assert not room.carried and not room.kept
    room.turn()
    room.primary_is_there = True
    room.now += RETRY_SECONDS
    room.turn()
    ((group, command, text),) = room.carried
    assert (group, command) == ("requests", "take") and json.loads(text)["site"] == "www.facebook.com"
    assert not room.kept, "a node keeps nothing by itself"
    room.turn()
    assert len(room.carried) == 1
