"""What the pages say of requests for a closed site: the form, and how those of this device stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sm_dns.i18n.catalogue import worded
from sm_dns.ipc.visitor_requests import MAX_NAME, MAX_PURPOSE
from sm_dns.portal.page.formatting import when
from sm_dns.portal.page.html import Html, el
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import Standing

PATH = "/permohonan"
_MAX_SITE = 255  # characters of an address
_LIVE = ("sent", "waiting", "opening")  # that become something else soon: the page follows them


class Row(NamedTuple):
    """A request as its page shows it. until: POSIX seconds; reason: of who decided."""

    site: str
    state: Literal["sent", "waiting", "approved", "opening", "declined", "expired", "ended"]
    until: int
    reason: str


@dataclass(frozen=True)
class Form:
    """What the form holds. asks_site: no site is known yet; first, last: ISO dates of its calendar; entered: what was
    typed already; problem: which sentence says why that is not taken, or ""."""

    token: str
    asks_site: bool
    departments: tuple[str, ...]
    first: str
    last: str
    entered: Mapping[str, str]
    problem: str


@dataclass(frozen=True)
class Asked:
    """The requests of a visitor's address, the newest first; the form, None where there is nothing to ask for."""

    rows: tuple[Row, ...]
    form: Form | None

    @property
    def is_live(self) -> bool:
        """Whether something of it is about to change."""
        return any(row.state in _LIVE for row in self.rows)


class RequestPart:
    """The same in one language. `level`: of headings, such as "h2"."""

    def __init__(
        self, asked: Asked, standing: Standing, details: PortalSettings, language: str, level: str
    ) -> None:
        self._asked = asked
        self._standing = standing
        self._language = language
        self._level = level
        self._unit = details.profile.unit.in_(language)
        self._texts = worded(language, tuple(details.profile.words.fields(language).items()))

    def _say(self, key: str, **fields: str) -> str:
        return self._texts(f"notice.ask.{key}", **fields)

    def standings(self) -> Iterator[Html]:
        """How the requests of this device stand; `data-follow` where the page is to be looked at again by itself.

        `data-opened`: what it says once the site itself answers in its place, which then knows nothing of requests.
        """
        rows = self._asked.rows
        if not rows:
            return
        yield el(self._level, self._say("yours"), class_="head")
        live = {"data_follow": "", "data_opened": self._say("opened")}
        follow = live if self._asked.is_live else {}
        yield el("ul", *(el("li", *self._row(row)) for row in rows), class_="asked", role="status", **follow)

    def _row(self, row: Row) -> Iterator[Html | str]:
        is_open = row.state == "approved"
        site = el("a", row.site, href=f"http://{row.site}/") if is_open else el("strong", row.site)
        yield site
        yield ": "
        yield self._say(f"state.{row.state}", **when(self._language, row.until, self._standing.schedule))
        if row.reason:
            yield " "
            yield self._say("reason", reason=row.reason)

    def form(self) -> Iterator[Html]:
        """The form, folded until somebody wants it; open where what was sent is not taken."""
        form = self._asked.form
        if form is None:
            return
        is_open = {"open": ""} if form.problem else {}
        yield el(
            "details",
            el("summary", self._say("head")),
            *self._problem(form),
            el("form", *self._fields(form), method="post", action=PATH),
            class_="ask",
            **is_open,
        )

    def _problem(self, form: Form) -> Iterator[Html]:
        if form.problem:
            said = self._say(f"problem.{form.problem}", unit=self._unit)
            yield el("p", said, role="alert", class_="state")

    def _fields(self, form: Form) -> Iterator[Html]:
        yield el("input", type="hidden", name="token", value=form.token)
        if form.asks_site:
            yield from self._text(form, "site", _MAX_SITE)
        yield from self._text(form, "name", MAX_NAME)
        if form.departments:
            mark = f"department-{self._language}"
            chosen = form.entered.get("department", "")
            yield el("label", self._say("department"), for_=mark)
            options = [el("option", "–", value="")]
            options += [
                el("option", each, value=each, **({"selected": ""} if each == chosen else {}))
                for each in form.departments
            ]
            yield el("select", *options, id=mark, name="department", required="")
        yield from self._text(form, "purpose", MAX_PURPOSE)
        mark = f"until-{self._language}"
        yield el("label", self._say("until"), for_=mark)
        yield el(
            "input",
            id=mark,
            name="until",
            type="date",
            required="",
            value=form.entered.get("until", form.first),
            min=form.first,
            max=form.last,
        )
        yield el("p", self._say("hint"), class_="soft")
        yield el("button", self._say("send"), type="submit")

    def _text(self, form: Form, name: str, most: int) -> Iterator[Html]:
        mark = f"{name}-{self._language}"
        yield el("label", self._say(name), for_=mark)
        yield el(
            "input",
            id=mark,
            name=name,
            required="",
            maxlength=str(most),
            value=form.entered.get(name, ""),
        )
