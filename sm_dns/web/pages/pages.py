"""The pages: what each one shows, and the forms that they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sm_dns.i18n.catalogue import catalogue, languages
from sm_dns.monitor.figures.ticks import ticks
from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.actions.calendar_actions import ImportedTable
from sm_dns.web.actions.people_actions import NewCodes, NewToken
from sm_dns.web.auth import first_steps
from sm_dns.web.auth.first_steps import StepOwed
from sm_dns.web.auth.roles import CannotWrite, Person, Refused, cannot_write
from sm_dns.web.auth.sessions import NOTHING, Flash, Session
from sm_dns.web.interface.endpoint import Page
from sm_dns.web.interface.request_fields import chosen
from sm_dns.web.pages import audit_export, report_file, report_preview
from sm_dns.web.pages.language import Words
from sm_dns.web.pages.offer import Offer, offered
from sm_dns.web.registry import PAGES
from sm_dns.web.site import Site, check_role, check_written, form
from sm_dns.web.views.requests import waiting_for

FOLDER = Path(__file__).parent
LANGUAGE_COOKIE = "smdns-language"
_YEAR = 365 * 86_400


PATHS = {page.path for page in PAGES}


class Part(NamedTuple):
    """What a view says to what was asked; not `found` where it was not asked anything, or for an `error`."""

    asked: Mapping[str, str]
    found: object | None = None
    error: Message | None = None


class OtherLanguage(NamedTuple):
    """A language to read a page in: its code, what it calls itself, and the address."""

    code: str
    name: str
    address: str


class Account(NamedTuple):
    """Whether a code is asked for at each login; recovery codes that are left; what an authenticator is shown."""

    totp: bool
    recovery: int
    offer: Offer


class Pages:
    """Renders templates in the language of whoever looks."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            extensions=["jinja2.ext.loopcontrols"],
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # an upgrade puts others there before this process ends
        )
        self._templates.globals["ticks"] = ticks

    def routes(self) -> list[Route]:
        """A route a page, those for the file of the audit, files and previews of reports, and one for all forms."""
        found = [Route(page.path, self._page(page)) for page in PAGES]
        found.append(Route(audit_export.PATH, self.answered(audit_export.export(self._site, self.words))))
        found.append(Route(report_file.PATH, self.answered(report_file.file(self._site))))
        found.append(Route(report_preview.PATH, self.answered(report_preview.preview(self._site))))
        return [*found, Route("/do/{name}", self._do, methods=["POST"])]

    def compile(self) -> None:
        """Read every template and every text now rather than when it is first looked at."""
        for name in self._templates.list_templates():
            self._templates.get_template(name)
        for language in languages():
            Words(language, self._site.backend.plan.words)

    def words(self, request: Request) -> Words:
        """The language that was chosen, in the address or before."""
        plan = self._site.backend.plan
        for code in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
            if code in languages():
                return Words(code, plan.words, self._zone())
        return Words(plan.language, plan.words, self._zone())

    def render(
        self, request: Request, template: str, given: Mapping[str, object], status: int = 200
    ) -> Response:
        """A template as a response; a language chosen in the address is remembered."""
        words = self.words(request)
        values = {
            "person": None,
            "page": "",
            "csrf": "",
            "flash": NOTHING,
            "pages": (),
            "waiting": 0,
            **given,
        }
        text = self._templates.get_template(template).render(
            t=words, request=request, zone=words.zone, others=self._others(request, words), **values
        )
        response = HTMLResponse(text, status)
        if request.query_params.get("lang") in languages():
            secure = request.url.scheme == "https"
            response.set_cookie(
                LANGUAGE_COOKIE,
                words.language,
                max_age=_YEAR,
                httponly=True,
                samesite="strict",
                secure=secure,
            )
        return response

    def refusal(
        self, request: Request, status: int, reason: Message | None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """What a person is told who gets nothing; who is logged in keeps the way to the other pages."""
        given: dict[str, object] = {"status": status, "reason": reason}
        with suppress(Refused, BadInput, OSError):  # whatever is wrong with it was told already
            person = self._site.person(request)
            if person is not None and person.session is not None:
                given |= self._around(person, person.session)
        response = self.render(request, "refusal.html", given, status)
        response.headers.update(headers or {})
        return response

    def answered(self, work: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """The endpoint of some work whose refusals become pages."""

        def endpoint(request: Request) -> Response:
            try:
                return work(request)
            except StepOwed:
                return RedirectResponse(first_steps.PATH, 303)
            except Refused as refused:
                return self.refusal(request, refused.status, refused.message, refused.headers)
            except OSError as error:
                return self.refusal(request, 503, cannot_write(error).message)
            except CannotWrite as error:
                return self.refusal(request, 503, error.message)
            except BadInput as error:
                return self.refusal(request, 400, error.message)

        return endpoint

    def _zone(self) -> ZoneInfo:
        try:
            return self._site.backend.schedule()[1].zone
        except BadInput:
            return ZoneInfo("UTC")

    def _others(self, request: Request, words: Words) -> list[OtherLanguage]:
        """The other languages, each with the address of this page in it."""
        asked = dict(request.query_params)
        return [
            OtherLanguage(each, catalogue(each)("language.name"), f"?{urlencode({**asked, 'lang': each})}")
            for each in languages()
            if each != words.language
        ]

    def _page(self, page: Page) -> Callable[[Request], Response]:
        def read(request: Request) -> Response:
            person = self._site.person(request)
            if person is None or person.session is None:
                return RedirectResponse("/login", 303)
            check_role(person, page.roles)
            flash, person.session.flash = person.session.flash, NOTHING
            parts: dict[str, object] = {
                name.replace("/", "_"): self._part(request, person, name) for name in page.views
            }
            if page.name == "account":
                parts["account"] = self._account(person.session)
            around = self._around(person, person.session)
            return self.render(
                request, f"{page.name}.html", {**around, "page": page.name, "flash": flash, **parts}
            )

        return self.answered(read)

    def _around(self, person: Person, session: Session) -> dict[str, object]:
        """What stands around every page of somebody who is logged in."""
        return {
            "person": person,
            "csrf": session.csrf,
            "pages": [each for each in PAGES if person.role in each.roles],
            "is_admin": person.role == ADMIN,
            "waiting": waiting_for(self._site.backend, person),
            "wants_setup": person.role == ADMIN and self._wants_setup(),
        }

    def _wants_setup(self) -> bool:
        try:
            return self._site.backend.setup.is_wanted()
        except (BadInput, OSError):  # other pages say what is wrong with the file
            return False

    def _part(self, request: Request, person: Person, name: str) -> Part:
        view = self._site.page_views[name]
        given = chosen(view.fields, request.query_params)
        if any(field.required and not given.get(field.name) for field in view.fields):
            return Part(given)
        try:
            return Part(given, self._site.read(view, person, given))
        except CannotWrite:
            raise
        except BadInput as error:
            return Part(given, error=error.message)

    def _account(self, session: Session) -> Account:
        user = self._site.backend.accounts.book().user(session.user)
        return Account(bool(user and user.totp), len(user.recovery) if user else 0, offered(session))

    def _do(self, request: Request) -> Response:
        return self.answered(self._done)(request)

    def _done(self, request: Request) -> Response:
        person = self._site.person(request)
        if person is None or person.session is None:
            raise Refused(401, "log in first")
        given = form(request)
        check_written(request, person, given.pop("csrf", ""))
        action = ACTIONS.get(request.path_params["name"])
        if action is None:
            raise Refused(404, "there is no such thing to do")
        back = given.pop("back", "/")
        try:
            done = self._site.do(action, person, given)
            token = done.token if isinstance(done, NewToken) else ""
            codes = done.recovery if isinstance(done, NewCodes) else ()
            notes = done.notes() if isinstance(done, ImportedTable) else ()
            person.session.flash = Flash(done=action.name, token=token, codes=codes, notes=notes)
        except BadInput as error:
            entered = {
                field.name: given.get(field.name, "")
                for field in action.fields
                if field.kind not in ("secret", "table")
            }
            person.session.flash = Flash(failed=action.name, error=error.message, entered=entered)
        return RedirectResponse(_safe(back), 303)


def _safe(back: str) -> str:
    """A page of ours to go back to, with its query; anything else is the first page."""
    path = back.partition("#")[0].partition("?")[0]
    return back if path in PATHS and back.isprintable() else "/"
