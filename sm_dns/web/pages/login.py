"""Coming in and going out: the first run, the login with its throttle, the logout."""

from __future__ import annotations

import math
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sm_dns.state.dashboard_accounts import User
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.web.auth import passwords, recovery
from sm_dns.web.pages.pages import Pages
from sm_dns.web.site import Site, check_origin, check_session, client_of, cookie_name, form


class Login:
    """Routes that need no session."""

    def __init__(self, site: Site, pages: Pages) -> None:
        self._backend = site.backend
        self._site = site
        self._pages = pages

    def routes(self) -> list[Route]:
        """The first run, login and logout."""
        answered = self._pages.answered
        return [
            Route("/first-run", answered(self._first_run_page)),
            Route("/first-run", answered(self._first_run), methods=["POST"]),
            Route("/login", answered(self._login_page)),
            Route("/login", answered(self._login), methods=["POST"]),
            Route("/logout", answered(self._logout), methods=["POST"]),
        ]

    def _first_run_page(self, request: Request) -> Response:
        if self._backend.accounts.book().users:
            return RedirectResponse("/login", 303)
        return self._shown(request, "first_run.html", 200, "")

    def _first_run(self, request: Request) -> Response:
        check_origin(request)
        given = form(request)
        origin = client_of(request)
        keys = (f"first {origin}",)
        now = self._backend.true_now()
        tried = self._backend.throttle.begin(keys, now)
        if tried.wait:
            return self._must_wait(request, "first_run.html", tried.wait)
        try:
            if given.get("password") != given.get("again"):
                raise BadInput("the two passwords are not the same")
            kept = passwords.hash_new(given.get("password", ""))
            user = self._first_user(given.get("token", ""), given.get("name", "").strip(), kept)
        except BadInput as error:
            self._backend.attempts.failed("first run", origin, "dashboard", tried.failures, now)
            return self._shown(request, "first_run.html", 400, error.message)
        self._backend.throttle.succeeded(keys)
        return self._open(request, user, now)

    def _first_user(self, token: str, name: str, password: str) -> User:
        with self._backend.trail_by(name).turn() as turn:
            files, user = self._backend.accounts.first_run(token, name, password)
            turn.change("user add", user.name, why="first run", detail={"role": user.role}, files=files)
        return user

    def _login_page(self, request: Request) -> Response:
        if not self._backend.accounts.book().users:
            return RedirectResponse("/first-run", 303)
        return self._shown(request, "login.html", 200, "")

    def _login(self, request: Request) -> Response:
        check_origin(request)
        given = form(request)
        name = given.get("name", "").strip().lower()[:64]
        origin = client_of(request)
        keys = (f"login {origin}", f"login {origin} {name}")
        now = self._backend.true_now()
        tried = self._backend.throttle.begin(keys, now)
        if tried.wait:
            return self._must_wait(request, "login.html", tried.wait)
        user = self._backend.accounts.book().user(name)
        right = passwords.matches(None if user is None else user.password, given.get("password", ""))
        if user is None or not right or not self._is_who_it_says(user, given, now):
            known = "unknown name" if user is None else user.name
            self._backend.attempts.failed("login", origin, known, tried.failures, now)
            return self._shown(request, "login.html", 403, "wrong")
        self._backend.trail_by(user.name).note("login", user.name, detail={"from": origin})
        self._backend.throttle.succeeded(keys)
        return self._open(request, user, now)

    def _is_who_it_says(self, user: User, given: Mapping[str, str], now: float) -> bool:
        if not user.totp:
            return True
        if given.get("recovery"):
            return self._recovers(user, recovery.digest(given["recovery"]))
        return self._backend.codes.accept(user.name, user.totp, given.get("code", ""), now)

    def _recovers(self, user: User, code: str) -> bool:
        """Whether a recovery code is one that was not used; then it is used up, on the disk first."""
        if code not in user.recovery:
            return False
        try:
            with self._backend.trail_by(user.name).turn() as turn:
                file, left = self._backend.accounts.without_recovery_code(user.name, code)
                turn.change("recovery code used", user.name, why="", detail={"left": left}, files=[file])
        except BadInput:  # another login was quicker
            return False
        return True

    def _logout(self, request: Request) -> Response:
        found = self._site.newcomer(request)
        if found is None:
            return RedirectResponse("/login", 303)
        check_session(request, found[0], form(request).get("csrf", ""))
        self._backend.sessions.close(request.cookies[cookie_name(request)])
        response = RedirectResponse("/login", 303)
        response.delete_cookie(cookie_name(request), path="/", secure=request.url.scheme == "https")
        return response

    def _open(self, request: Request, user: User, now: float) -> Response:
        key, _ = self._backend.sessions.open(user.name, user.password, now)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            cookie_name(request),
            key,
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def _must_wait(self, request: Request, template: str, seconds: float) -> Response:
        response = self._shown(request, template, 429, "wait")
        response.headers["Retry-After"] = str(math.ceil(seconds))
        return response

    def _shown(self, request: Request, template: str, status: int, error: str | Message) -> Response:
        values = {
            "error": error,
            "token_file": str(self._backend.accounts.first_run_file),
            "shortest": passwords.MIN_LENGTH,
        }
        return self._pages.render(request, template, values, status)
