"""The page that somebody is led to who has something to do before anything else, and its form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.web.actions import own_steps
from sm_dns.web.auth import passwords
from sm_dns.web.auth.first_steps import PATH, Step, step_owed
from sm_dns.web.auth.sessions import Flash, Session
from sm_dns.web.pages.offer import offered
from sm_dns.web.pages.pages import Pages
from sm_dns.web.site import Site, check_session, form


class FirstSteps:
    """One step after the other: a password of one's own, then the code at login."""

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site = site
        self._pages = pages

    def routes(self) -> list[Route]:
        """The page and its form."""
        answered = self._pages.answered
        return [Route(PATH, answered(self._page)), Route(PATH, answered(self._do), methods=["POST"])]

    def _page(self, request: Request) -> Response:
        found = self._site.newcomer(request)
        if found is None:
            return RedirectResponse("/login", 303)
        session, user = found
        step = step_owed(user)
        return RedirectResponse("/", 303) if step is None else self._shown(request, session, step)

    def _do(self, request: Request) -> Response:
        found = self._site.newcomer(request)
        if found is None:
            return RedirectResponse("/login", 303)
        session, user = found
        given = form(request)
        check_session(request, session, given.get("csrf", ""))
        step = step_owed(user)
        try:
            if step == "password":
                if given.get("password") != given.get("again"):
                    raise BadInput("the two passwords are not the same")
                own_steps.set_password(self._site.backend, session, given.get("password", ""))
            elif step == "code":
                codes = own_steps.set_up_code(
                    self._site.backend, session.user, session.offered, given.get("code", "")
                )
                session.offered = ""
                session.flash = Flash(done="totp-on", codes=codes)
                return RedirectResponse("/account", 303)
        except BadInput as error:
            assert step is not None, "nothing is done without a step"
            return self._shown(request, session, step, error.message, 400)
        return RedirectResponse(PATH, 303)

    def _shown(
        self, request: Request, session: Session, step: Step, error: Message | None = None, status: int = 200
    ) -> Response:
        values = {
            "step": step,
            "name": session.user,
            "csrf": session.csrf,
            "error": error,
            "offer": offered(session),
            "shortest": passwords.MIN_LENGTH,
        }
        return self._pages.render(request, "first_steps.html", values, status)
