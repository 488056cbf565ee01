"""The page: Malay first, then English, then any other language, from one standing and the agency's details."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.i18n.catalogue import FIRST, catalogue, in_every_language, languages
from sm_dns.portal.page.html import Html, el
from sm_dns.portal.page.part import Part
from sm_dns.portal.page.requests import Asked, RequestPart
from sm_dns.portal.page.style import SCRIPT, STYLE
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import Standing

AGAIN_SECONDS = 5  # after which a page that follows something is loaded again where no script runs
_ANCHORS = {"ms": "bahasa", "en": "english"}  # other languages by their code


def render(standing: Standing, details: PortalSettings, asked: Asked, *, thanks: bool = False) -> str:
    """A whole HTML document. The notice has all duties; a block page the first ones and where the others are.

    `thanks` says that an acknowledgement was taken.
    """
    parts = (_part(standing, details, asked, language, thanks) for language in languages())
    return _document(standing.title, details, parts)


def render_requests(standing: Standing, details: PortalSettings, asked: Asked) -> str:
    """How the requests of a device stand, by themselves: what their sender is led to."""
    parts = (_requests(standing, details, asked, language) for language in languages())
    return _document("requests", details, parts, follows=asked.is_live)


def _document(title: str, details: PortalSettings, parts: Iterable[Html], *, follows: bool = False) -> str:
    """`follows`: whether the page is to be loaded again by itself where no script runs."""
    again = el("meta", http_equiv="refresh", content=str(AGAIN_SECONDS))
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="robots", content="noindex"),
        *([el("noscript", again)] if follows else []),
        el("title", in_every_language(f"notice.title.{title}")),
        el("style", Html(STYLE)),
    )
    body = el(
        "body",
        _header(details),
        el("main", *parts, data_pages=""),
        _footer(details),
        el("script", Html(SCRIPT)),
    )
    return "<!DOCTYPE html>" + el("html", head, body, lang=FIRST)


def _header(details: PortalSettings) -> Html:
    names = [el("p", details.agency.ms)] if details.agency.ms else [el("p", "sm-dns")]
    if details.agency.en and details.agency.en != details.agency.ms:
        names.append(el("p", details.agency.en, class_="en", lang="en"))
    skips = [part for language in languages()[1:] for part in (" ", _skip(language))]
    return el("header", el("div", *names), el("p", *skips[1:], class_="skip"))


def _skip(language: str) -> Html:
    """A link to the part of a language, for who does not read the first."""
    name = catalogue(language)("language.name")
    return el("a", name, href=f"#{_anchor(language)}", lang=language, hreflang=language)


def _anchor(language: str) -> str:
    return _ANCHORS.get(language, language)


def _footer(details: PortalSettings) -> Html:
    return el("footer", el("p", details.reference)) if details.reference else el("footer")


def _requests(standing: Standing, details: PortalSettings, asked: Asked, language: str) -> Html:
    """Of the requests in one language."""
    first = language == FIRST
    say, mark = catalogue(language), f"title-{language}"
    title = say("notice.title.requests")
    part = RequestPart(asked, standing, details, language, "h2" if first else "h3")
    return el(
        "article",
        el("h1", title, id=mark) if first else el("h2", title, id=mark, class_="title"),
        *(part.standings() if asked.rows else [el("p", say("notice.ask.none"))]),
        el("p", el("a", say("notice.ask.back"), href="/")),
        lang=language,
        id=_anchor(language),
        aria_labelledby=mark,
    )


def _part(standing: Standing, details: PortalSettings, asked: Asked, language: str, thanks: bool) -> Html:
    """One language. The first title is the page's; the others stand a level below, with all that follows them."""
    first = language == FIRST
    title = catalogue(language)(f"notice.title.{standing.title}")
    mark = f"title-{language}"
    heading = el("h1", title, id=mark) if first else el("h2", title, id=mark, class_="title")
    level = "h2" if first else "h3"
    say = Part(standing, details, language, level)
    requests = RequestPart(asked, standing, details, language, level)
    return el(
        "article",
        heading,
        *say.matter(),
        *requests.form(),
        *requests.standings(),
        *say.today(),
        *say.week(),
        *say.https(),
        *say.questions(),
        *say.monitoring(),
        *say.duties(),
        *say.acknowledgement(thanks),
        say.reference(),
        lang=language,
        id=_anchor(language),
        aria_labelledby=mark,
    )
