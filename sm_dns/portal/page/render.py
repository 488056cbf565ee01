"""The page: Malay first, then English, from one standing and the agency's details."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sm_dns.i18n.categories import category_name
from sm_dns.i18n.text import Text
from sm_dns.portal.page import hours, texts
from sm_dns.portal.page.formatting import left, moment
from sm_dns.portal.page.html import Html, el, join
from sm_dns.portal.page.style import SCRIPT, STYLE
from sm_dns.portal.page.timeline import timeline
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import Standing
from sm_dns.util import walltime

_KEY_SAMPLE = 14
_HOURS = {"enforce": texts.HOURS_ENFORCED, "monitor": texts.HOURS_MONITORED}


def render(standing: Standing, details: PortalSettings, thanks: bool = False) -> str:
    """A whole HTML document. The notice has all duties; a block page the first ones and where the others are.

    `thanks` says that an acknowledgement was taken.
    """
    title = texts.TITLES[standing.kind]
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="robots", content="noindex"),
        el("title", f"{title.ms} / {title.en}"),
        el("style", Html(STYLE)),
    )
    body = el(
        "body",
        _header(details),
        el(
            "main",
            _half(standing, details, "ms", thanks),
            _half(standing, details, "en", thanks),
        ),
        _footer(details),
        el("script", Html(SCRIPT)),
    )
    return "<!DOCTYPE html>" + el("html", head, body, lang="ms")


def _header(details: PortalSettings) -> Html:
    names = [el("p", details.agency.ms)] if details.agency.ms else [el("p", "sm-dns")]
    if details.agency.en and details.agency.en != details.agency.ms:
        names.append(el("p", details.agency.en, class_="en", lang="en"))
    skip = el("p", el("a", texts.ENGLISH_BELOW.en, href="#english", lang="en", hreflang="en"), class_="skip")
    return el("header", el("div", *names), skip)


def _footer(details: PortalSettings) -> Html:
    return el("footer", el("p", details.reference)) if details.reference else el("footer")


def _half(standing: Standing, details: PortalSettings, language: str, thanks: bool) -> Html:
    """One language. The first title is the page's; the other one stands a level below, with all that follows it."""
    first = language == "ms"
    title = texts.TITLES[standing.kind].in_(language)
    mark = f"title-{language}"
    heading = el("h1", title, id=mark) if first else el("h2", title, id=mark, class_="title")
    say = _Half(standing, details, language, "h2" if first else "h3")
    return el(
        "article",
        heading,
        *say.matter(),
        *say.today(),
        *say.week(),
        *say.https(),
        *say.questions(),
        *say.monitoring(),
        *say.duties(),
        *say.acknowledgement(thanks),
        say.reference(),
        lang=language,
        id="bahasa" if first else "english",
        aria_labelledby=mark,
    )


class _Half:
    """The sections of one language, each with its heading."""

    def __init__(self, standing: Standing, details: PortalSettings, language: str, level: str) -> None:
        self._standing = standing
        self._details = details
        self._language = language
        self._level = level
        self._words = details.profile.words.fields(language)

    def _say(self, text: Text, **fields: str) -> str:
        return text.in_(self._language).format(**fields) if fields else text.in_(self._language)

    def _when(self, text: Text, at: float, **fields: str) -> str:
        return moment(text, self._language, at, self._standing.schedule, **fields)

    def _head(self, text: Text) -> Html:
        return el(self._level, self._say(text), class_="head")

    def matter(self) -> Iterator[Html]:
        """What was asked for, how it stands, until when, and by which paragraph."""
        standing = self._standing
        if standing.name:
            service = self._details.services.get(standing.service, standing.service)
            shown = f"{standing.name} ({service})" if service else standing.name
            yield el("p", self._say(texts.WHAT), el("strong", shown))
        lines = list(self._state())
        if lines:
            opened = standing.kind == "open" or (
                standing.kind in ("notice", "alias") and standing.state.permitted
            )
            yield el("div", *lines, class_="state open" if opened else "state")
        if standing.mode == "enforce" or standing.kind not in ("closed", "notice"):
            yield el("p", self._why())
        yield from self._particulars()

    def _why(self) -> str:
        """The reason, with the paragraph where the instrument has one about it."""
        kind, instrument = self._standing.kind, self._details.profile.instrument
        name = instrument.name.in_(self._language)
        if kind == "streaming":
            if not instrument.streaming:
                return self._say(texts.WHY_NO_STREAMING)
            return self._say(texts.WHY[kind], paragraph=instrument.streaming, instrument=name)
        if kind in ("closed", "notice"):
            if not instrument.hours:
                return self._say(texts.WHY_CONTROLLED, instrument=name)
            return self._say(texts.WHY[kind], paragraph=instrument.hours, instrument=name)
        return self._say(texts.WHY[kind], category=category_name(self._standing.category).in_(self._language))

    def _state(self) -> Iterator[Html]:
        standing = self._standing
        if standing.kind in ("streaming", "denied"):
            return
        if standing.mode != "enforce" or not standing.in_force:
            return
        if standing.state.permitted:
            until = standing.state.until
            text = self._say(texts.OPEN_ALWAYS) if until is None else self._when(texts.OPEN_UNTIL, until)
            yield el("p", text, class_="next")
        elif standing.kind == "open":
            return
        elif standing.opens_at is None:
            yield el("p", self._say(texts.NEXT_NONE), class_="next")
        else:
            yield el("p", self._when(texts.NEXT, standing.opens_at), class_="next")
            yield self._countdown(standing.opens_at)

    def _countdown(self, opens_at: int) -> Html:
        """The time that is left: a sentence, which the script keeps true."""
        h, m = left(opens_at - self._standing.now)
        return el(
            "p",
            self._say(texts.NEXT_IN, h=str(h), m=str(m)),
            role="timer",
            data_left=str(max(0, int(opens_at - self._standing.now))),
            data_words=self._say(texts.COUNTING),
            data_arrived=self._say(texts.ARRIVED),
        )

    def _particulars(self) -> Iterator[Html]:
        """What holds for this client's network besides."""
        standing = self._standing
        if standing.mode == "monitor":
            yield el("p", self._say(texts.MONITOR_GROUP, **self._words))
        elif standing.mode == "off":
            yield el("p", self._say(texts.OFF_GROUP))
        elif not standing.in_force:
            effective = standing.schedule.effective_from
            assert effective is not None, "what is always in force is in force"
            yield el("p", self._when(texts.NOT_IN_FORCE, effective))
        for one in standing.exemptions:
            service = None if one.service is None else self._details.services.get(one.service, one.service)
            category = None if one.category is None else category_name(one.category).in_(self._language)
            what = f"{category} ({service})" if category and service else category or service or ""
            yield el("p", self._when(texts.EXEMPTION, one.expires, what=what, id=one.id))

    def today(self) -> Iterator[Html]:
        """Today's windows, in a picture and in words."""
        standing = self._standing
        if standing.mode == "off":
            return
        schedule, now, said = standing.schedule, standing.now, _HOURS[standing.mode]
        windows = hours.windows_of_day(schedule, now)
        words = hours.today(schedule, now, self._language, said)
        yield self._head(said.today)
        holiday = schedule.calendar.holidays.get(walltime.to_local(now, schedule.zone).date())
        if holiday and schedule.calendar.holiday_class is not None:
            yield el("p", self._say(texts.TODAY_HOLIDAY, name=Text.both(holiday).in_(self._language)))
        yield timeline(windows, hours.minute_of(schedule, now), self._language, words)
        key = partial(el, "li")
        yield el(
            "ul",
            key(_sample("yes"), self._say(said.yes)),
            key(_sample("no"), self._say(said.no)),
            class_="key",
            aria_hidden="true",
        )
        yield el("p", words)

    def week(self) -> Iterator[Html]:
        """The timetable."""
        if self._standing.mode == "off":
            return
        said = _HOURS[self._standing.mode]
        lines = hours.week(self._standing.schedule, self._standing.now, self._language)
        yield self._head(said.week)
        yield el("p", self._say(said.week_lead))
        yield el("ul", *(el("li", line) for line in lines))

    def https(self) -> Iterator[Html]:
        """That most sites cannot show this page (NOT-5). Where nothing is denied, no site wants to."""
        if self._standing.mode != "enforce":
            return
        yield self._head(texts.HTTPS)
        yield el("p", self._say(texts.HTTPS_BODY))
        if self._details.link and self._standing.kind != "notice":
            yield el("p", self._say(texts.HTTPS_PORTAL), el("a", self._details.link, href=self._details.link))

    def questions(self) -> Iterator[Html]:
        """Whom to ask."""
        yield self._head(texts.CONTACT)
        ask = self._say(self._question(), unit=self._details.profile.unit.in_(self._language))
        contact = self._details.contact
        yield el("p", ask, ": ", el("strong", contact), ".") if contact else el("p", ask, ".")

    def _question(self) -> Text:
        if self._standing.kind != "notice":
            return texts.MISTAKE
        return texts.QUESTION if self._standing.mode == "enforce" else texts.QUESTION_OPEN

    def monitoring(self) -> Iterator[Html]:
        """What is recorded, why, how long and who sees it (NOT-4)."""
        yield self._head(texts.MON_HEAD)
        details = self._details
        if not details.monitored or self._standing.mode == "off":
            yield el("p", self._say(texts.MON_OFF))
            return
        fields = {"days": str(details.raw_days), "months": str(details.aggregate_months)}
        lines = [self._say(text, **self._words, **fields) for text in texts.MON]
        lines += [text.in_(self._language) for text in details.profile.instrument.monitoring]
        if details.data_officer:
            lines.append(self._say(texts.MON_OFFICER, officer=details.data_officer))
        yield el("ul", *(el("li", line) for line in lines))

    def duties(self) -> Iterator[Html]:
        """The duties in the instrument (NOT-3); on a block page the first of them, and where the rest is.

        A network whose mode is off is not under the instrument.
        """
        if self._standing.mode == "off":
            return
        whole = self._standing.kind == "notice"
        for section in self._details.profile.instrument.duties:
            if whole or section.on_block_page:
                yield self._head(section.head)
                yield self._paragraphs(section.paragraphs[: None if whole else section.on_block_page])
            if whole:
                yield from (el("p", self._say(note), class_="soft") for note in section.notes)
        if not whole and self._details.link:
            yield el("p", el("a", self._say(texts.LIST_WHERE), href=self._details.link))

    def _paragraphs(self, paragraphs: tuple[tuple[str, Text], ...]) -> Html:
        return el("dl", *(join(el("dt", number), el("dd", self._say(text))) for number, text in paragraphs))

    def acknowledgement(self, thanks: bool) -> Iterator[Html]:
        """A form for "I have read this", where the agency takes that down (NOT-6)."""
        if self._standing.kind != "notice" or self._details.acknowledged is None:
            return
        yield self._head(texts.ACK_HEAD)
        if thanks:
            yield el("p", self._say(texts.ACK_DONE), role="status")
            return
        field = f"who-{self._language}"
        yield el(
            "form",
            el("label", self._say(texts.ACK_LABEL), for_=field),
            el("input", id=field, name="who", required="", maxlength="64", autocomplete="name"),
            el("p", self._say(texts.ACK_HINT), class_="soft"),
            el("button", self._say(texts.ACK_BUTTON), type="submit"),
            method="post",
            action="/",
        )

    def reference(self) -> Html:
        """What to tell the administrators."""
        now = self._when(Text("{day}, {date}, {time}", "{day}, {date}, {time}"), self._standing.now)
        return el("p", self._say(texts.REF, id=self._standing.reference, time=now), class_="soft")


def _sample(kind: str) -> Html:
    height = _KEY_SAMPLE if kind == "yes" else _KEY_SAMPLE // 2
    bar = el("rect", class_=kind, x="1", y=str(_KEY_SAMPLE - height), width="22", height=str(height))
    return el("svg", bar, class_="line", width="24", height="15", aria_hidden="true", focusable="false")
