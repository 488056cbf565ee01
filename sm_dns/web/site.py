"""One dashboard as its routes hold it, and the one way by which a request becomes a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qs

from starlette.requests import Request

from sm_dns.state.dashboard_accounts import User
from sm_dns.state.fleet.role import BelongsToPrimary
from sm_dns.web.auth.first_steps import StepOwed, step_owed
from sm_dns.web.auth.roles import TOO_MANY, Person, Refused, cannot_write
from sm_dns.web.auth.sessions import Session
from sm_dns.web.auth.throttle import origin_of
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.figure_cache import FigureCache
from sm_dns.web.data.usage import Figures
from sm_dns.web.data.usage_figures import Wanted, computing
from sm_dns.web.http.work_slots import MAX_READS, MAX_WRITES, Room
from sm_dns.web.interface import request_fields
from sm_dns.web.interface.endpoint import Action, View
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.on_node import done_by_primary
from sm_dns.web.registry import API_WAIT_SECONDS, PAGE_WAIT_SECONDS, views

MAX_FIELDS = 64
POLLED = f"{PREFIX}/log"  # a page that is left open asks for it: that keeps no session awake


class Site:
    """What the routes share."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._reading, self._writing = Room(MAX_READS), Room(MAX_WRITES)
        self.figures: FigureCache[Wanted, Figures] = FigureCache(computing(backend))
        self.page_views = views(self.figures, PAGE_WAIT_SECONDS)
        self.api_views = views(self.figures, API_WAIT_SECONDS)

    def person(self, request: Request) -> Person | None:
        """Who asks, by token or session; None for nobody known.

        Raises `Refused` for a wrong token, and `StepOwed` for who has something to do before anything else.
        """
        given = request.headers.get("authorization", "")
        if given:
            return self._program(request, given)
        found = self.newcomer(request)
        if found is None:
            return None
        session, user = found
        step = step_owed(user)
        if step is not None:
            raise StepOwed(step)
        return Person(user.name, user.role, user.department, session)

    def newcomer(self, request: Request) -> tuple[Session, User] | None:
        """The session and the user of a request, whatever is to be done first; None for none."""
        key = request.cookies.get(cookie_name(request), "")
        session = self.backend.sessions.find(key, self.backend.true_now()) if key else None
        user = None if session is None else self.backend.accounts.book().user(session.user)
        if session is None or user is None or session.password != user.password:
            return None
        if request.url.path != POLLED:
            session.seen = self.backend.true_now()
        return session, user

    def _program(self, request: Request, given: str) -> Person:
        now = self.backend.true_now()
        scheme, _, text = given.partition(" ")
        token = self.backend.accounts.token(text.strip(), now) if scheme.lower() == "bearer" else None
        if token is None:  # a good one never waits for the bad ones of its address
            self._refuse_token(client_of(request), now)
        return Person(f"token {token.label}", token.role, token.department)

    def _refuse_token(self, origin: str, now: float) -> NoReturn:
        tried = self.backend.throttle.begin((f"token {origin}",), now)
        if tried.wait:
            raise Refused(429, TOO_MANY, tried.wait)
        self.backend.attempts.failed("token", origin, "dashboard", tried.failures, now)
        raise Refused(401, "that token is not good here")

    def read(self, view: View, person: Person, given: Mapping[str, object]) -> object:
        """What a view says to a person. Raises `Refused` and `BadInput`."""
        check_role(person, view.roles)
        try:
            with self._reading.place():
                return view.read(self.backend, person, request_fields.read(view.fields, given))
        except OSError as error:
            raise cannot_write(error) from error

    def do(self, action: Action, person: Person, given: Mapping[str, object]) -> object:
        """Have an action done. Raises `Refused` and `BadInput`, of what the disk refuses too."""
        check_role(person, action.roles)
        try:
            with self._writing.place():
                return action.do(self.backend, person, request_fields.read(action.fields, given))
        except BelongsToPrimary as error:
            return done_by_primary(self.backend.ask, action, person, given, error)
        except OSError as error:
            raise cannot_write(error) from error


def check_role(person: Person, roles: frozenset[str]) -> None:
    """Raise `Refused` where a role has no right."""
    if person.role not in roles:
        raise Refused(403, "your role may not do that")


def check_written(request: Request, person: Person | None, given: str) -> None:
    """Raise `Refused` for a write that a page of ours did not send: the Origin, and the token of the session.

    A program with a token of its own has no session that could be ridden.
    """
    if person is not None and person.session is None:
        return
    if person is None or person.session is None:
        check_origin(request)
    else:
        check_session(request, person.session, given)


def check_session(request: Request, session: Session, given: str) -> None:
    """The same of a form of a session."""
    check_origin(request)
    if not session.csrf_fits(given):
        raise Refused(403, "the form is too old: load the page again")


def check_origin(request: Request) -> None:
    """Raise `Refused` where a request does not come from our own pages."""
    own = f"{request.url.scheme}://{request.headers['host']}"
    if request.headers.get("origin", "") != own:
        raise Refused(403, "that request does not come from this site")


def form(request: Request) -> dict[str, str]:
    """The fields of a form; of one that stands twice the last. Raises `Refused`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "a form was expected")
    try:
        text = request.scope["sm_dns.body"].decode()
        found = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Refused(400, "that is no form") from error
    return {key: values[-1] for key, values in found.items()}


def json_body(request: Request) -> Mapping[str, object]:
    """The object of a JSON body, empty without one. Raises `Refused`."""
    body = request.scope["sm_dns.body"]
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "application/json was expected")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "that is no JSON") from error
    if not isinstance(found, dict):
        raise Refused(400, "a JSON object was expected")
    return found


def cookie_name(request: Request) -> str:
    """The cookie of the session; with TLS one that no other host and no plain page can set."""
    return "__Host-smdns" if request.url.scheme == "https" else "smdns"


def client_of(request: Request) -> str:
    """Whom an address stands for, when tries are counted."""
    return origin_of(request.client.host if request.client else "")
