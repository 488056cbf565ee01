"""The page in one language: its sections, each with its heading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sm_dns.i18n.catalogue import worded
from sm_dns.i18n.hours import recurring
from sm_dns.i18n.names import category_name
from sm_dns.i18n.text import Text, written_in
from sm_dns.policy.clients.switches import CLOSE, OPEN
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.local_day import stretches
from sm_dns.portal.page import hours
from sm_dns.portal.page.formatting import left, when
from sm_dns.portal.page.html import Html, el, join
from sm_dns.portal.page.timeline import timeline
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import Standing
from sm_dns.util import walltime

_KEY_SAMPLE = 14
_SWITCHES = {OPEN: "switch_open", CLOSE: "switch_close"}
_MONITORING = ("mon.1", "mon.2", "mon.3", "mon.4", "mon.5")


class Part:
    """What stands between the title of a language and the next one. `level`: of its headings, such as "h2"."""

    def __init__(self, standing: Standing, details: PortalSettings, language: str, level: str) -> None:
        self._standing = standing
        self._details = details
        self._language = language
        self._level = level
        # English that stands in the part of another language.
        self._own = {} if written_in(language) == language else {"lang": written_in(language)}
        self._texts = worded(language, tuple(details.profile.words.fields(language).items()))

    def _say(self, key: str, **fields: str) -> str:
        return self._texts(f"notice.{key}", **fields)

    def _when(self, key: str, at: float, **fields: str) -> str:
        return self._say(key, **when(self._language, at, self._standing.schedule), **fields)

    def _half(self, text: Text) -> str:
        """What the agency wrote in two languages."""
        return text.in_(self._language)

    def _head(self, text: str, **attributes: str) -> Html:
        return el(self._level, text, class_="head", **attributes)

    def matter(self) -> Iterator[Html]:
        """What was asked for, how it stands, until when, and by which paragraph."""
        standing = self._standing
        if standing.name:
            service = self._details.services.get(standing.service, standing.service)
            shown = f"{standing.name} ({service})" if service else standing.name
            yield el("p", self._say("what"), el("strong", shown))
        lines = list(self._state())
        if lines:
            opened = standing.kind == "open" or (
                standing.kind in ("notice", "alias")
                and (standing.state.permitted or standing.pause is not None)
            )
            yield el("div", *lines, class_="state open" if opened else "state")
        if standing.mode == "enforce" or standing.kind not in ("closed", "notice"):
            yield el("p", self._why())
        yield from self._particulars()

    def _why(self) -> str:
        """The reason, with the paragraph where the instrument has one about it."""
        kind, instrument = self._standing.kind, self._details.profile.instrument
        name = self._half(instrument.name)
        if kind == "streaming":
            if not instrument.streaming:
                return self._say("why_no_streaming")
            return self._say("why.streaming", paragraph=instrument.streaming, instrument=name)
        if kind in ("closed", "notice"):
            if not instrument.hours:
                return self._say("why_controlled", instrument=name)
            return self._say("why.closed", paragraph=instrument.hours, instrument=name)
        return self._say(f"why.{kind}", category=category_name(self._language, self._standing.category))

    def _state(self) -> Iterator[Html]:
        standing = self._standing
        if standing.kind in ("streaming", "denied", "shut"):
            return
        if standing.mode != "enforce" or not standing.in_force:
            return
        if standing.pause is not None:
            yield el("p", self._when("paused", standing.pause.expires), class_="next")
        elif standing.state.permitted:
            until = standing.state.until
            text = self._say("open_always") if until is None else self._when("open_until", until)
            yield el("p", text, class_="next")
        elif standing.kind == "open":
            return
        elif standing.opens_at is None:
            yield el("p", self._say("next_none"), class_="next")
        else:
            yield el("p", self._when("next", standing.opens_at), class_="next")
            yield self._countdown(standing.opens_at)

    def _countdown(self, opens_at: int) -> Html:
        """The time that is left: a sentence, which the script keeps true."""
        h, m = left(opens_at - self._standing.now)
        return el(
            "p",
            self._say("next_in", h=str(h), m=str(m)),
            role="timer",
            data_left=str(max(0, int(opens_at - self._standing.now))),
            data_words=self._say("counting"),
            data_arrived=self._say("arrived"),
        )

    def _particulars(self) -> Iterator[Html]:
        """What holds for this client's network besides."""
        standing = self._standing
        if standing.mode == "monitor":
            yield el("p", self._say("monitor_group"))
        elif standing.mode == "off":
            yield el("p", self._say("off_group"))
        elif not standing.in_force:
            effective = standing.schedule.effective_from
            assert effective is not None, "what is always in force is in force"
            yield el("p", self._when("not_in_force", effective))
        for switch in standing.switches:
            said = _SWITCHES.get(switch.turn)
            if said is not None:
                what = self._what(switch.category, switch.service)
                yield el("p", self._when(said, switch.expires, what=what))
        for one in standing.exemptions:
            yield el("p", *self._exempt(one, self._what(one.category, one.service)))

    def _what(self, category: str | None, service: str | None) -> str:
        """What a category, a service or both are called."""
        named = None if service is None else self._details.services.get(service, service)
        whole = None if category is None else category_name(self._language, category)
        return f"{whole} ({named})" if whole and named else whole or named or ""

    def _exempt(self, one: Exemption, what: str) -> Iterator[str]:
        """Until when, and of one that has hours these and whether it is permitted now."""
        if one.hours is None:
            yield self._when("exemption", one.expires, what=what)
            return
        hours = recurring(self._language, one.hours.days, one.hours.start, one.hours.end)
        yield self._when("exemption_hours", one.expires, what=what, hours=hours)
        in_force, until = one.standing(self._standing.now)
        if until is not None:
            yield " " + self._when("exemption_open" if in_force else "exemption_next", until)

    def today(self) -> Iterator[Html]:
        """Today's windows, in a picture and in words."""
        standing = self._standing
        if standing.mode == "off" or not standing.is_scheduled:
            return
        schedule, now, said = standing.schedule, standing.now, f"hours.{standing.mode}"
        day = walltime.to_local(now, schedule.zone).date()
        words = hours.today(schedule, now, self._language, standing.mode)
        yield self._head(self._say(f"{said}.today"))
        holiday = schedule.calendar.holidays.get(day)
        if holiday and schedule.calendar.holiday_class is not None:
            yield el("p", self._say("today_holiday", name=self._half(Text.both(holiday))))
        minute = walltime.minute_of_day(now, schedule.zone)
        yield timeline([*stretches(schedule, day)], minute, self._language, words)
        key = partial(el, "li")
        yield el(
            "ul",
            key(_sample("yes"), self._say(f"{said}.yes")),
            key(_sample("no"), self._say(f"{said}.no")),
            class_="key",
            aria_hidden="true",
        )
        yield el("p", words)

    def week(self) -> Iterator[Html]:
        """The timetable."""
        if self._standing.mode == "off" or not self._standing.is_scheduled:
            return
        said = f"hours.{self._standing.mode}"
        lines = hours.week(self._standing.schedule, self._standing.now, self._language)
        yield self._head(self._say(f"{said}.week"))
        yield el("p", self._say(f"{said}.week_lead"))
        yield el("ul", *(el("li", line) for line in lines))

    def https(self) -> Iterator[Html]:
        """That most sites cannot show this page (NOT-5). Where nothing is denied, no site wants to."""
        if self._standing.mode != "enforce":
            return
        yield self._head(self._say("https"))
        yield el("p", self._say("https_body"))
        if self._details.link and self._standing.kind != "notice":
            yield el("p", self._say("https_portal"), el("a", self._details.link, href=self._details.link))

    def questions(self) -> Iterator[Html]:
        """Whom to ask."""
        yield self._head(self._say("contact"))
        ask = self._say(self._question(), unit=self._half(self._details.profile.unit))
        contact = self._details.contact
        yield el("p", ask, ": ", el("strong", contact), ".") if contact else el("p", ask, ".")

    def _question(self) -> str:
        if self._standing.mode != "enforce":
            return "question_open"  # nothing is blocked, by mistake or otherwise
        return "question" if self._standing.kind == "notice" else "mistake"

    def monitoring(self) -> Iterator[Html]:
        """What is recorded, why, how long and who sees it (NOT-4)."""
        yield self._head(self._say("mon_head"))
        details = self._details
        if not details.monitored or self._standing.mode == "off":
            yield el("p", self._say("mon_off"))
            return
        fields = {"days": str(details.raw_days), "months": str(details.aggregate_months)}
        lines = [el("li", self._say(key, **fields)) for key in _MONITORING]
        lines += [el("li", self._half(text), **self._own) for text in details.profile.instrument.monitoring]
        if details.data_officer:
            lines.append(el("li", self._say("mon_officer", officer=details.data_officer)))
        yield el("ul", *lines)

    def duties(self) -> Iterator[Html]:
        """The duties in the instrument (NOT-3); on a block page the first of them, and where the rest is.

        A network whose mode is off is not under the instrument.
        """
        if self._standing.mode == "off":
            return
        whole = self._standing.kind == "notice"
        for section in self._details.profile.instrument.duties:
            if whole or section.on_block_page:
                yield self._head(self._half(section.head), **self._own)
                yield self._paragraphs(section.paragraphs[: None if whole else section.on_block_page])
            if whole:
                yield from (el("p", self._half(note), class_="soft", **self._own) for note in section.notes)
        if not whole and self._details.link:
            yield el("p", el("a", self._say("list_where"), href=self._details.link))

    def _paragraphs(self, paragraphs: tuple[tuple[str, Text], ...]) -> Html:
        lines = (join(el("dt", number), el("dd", self._half(text))) for number, text in paragraphs)
        return el("dl", *lines, **self._own)

    def acknowledgement(self, thanks: bool) -> Iterator[Html]:
        """A form for "I have read this", where the agency takes that down (NOT-6)."""
        if self._standing.kind != "notice" or self._details.acknowledged is None:
            return
        yield self._head(self._say("ack_head"))
        if thanks:
            yield el("p", self._say("ack_done"), role="status")
            return
        field = f"who-{self._language}"
        yield el(
            "form",
            el("label", self._say("ack_label"), for_=field),
            el("input", id=field, name="who", required="", maxlength="64", autocomplete="name"),
            el("p", self._say("ack_hint"), class_="soft"),
            el("button", self._say("ack_button"), type="submit"),
            method="post",
            action="/",
        )

    def reference(self) -> Html:
        """What to tell the administrators."""
        standing = self._standing
        return el("p", self._when("ref", standing.now, id=standing.reference), class_="soft")


def _sample(kind: str) -> Html:
    height = _KEY_SAMPLE if kind == "yes" else _KEY_SAMPLE // 2
    bar = el("rect", class_=kind, x="1", y=str(_KEY_SAMPLE - height), width="22", height=str(height))
    return el("svg", bar, class_="line", width="24", height="15", aria_hidden="true", focusable="false")
