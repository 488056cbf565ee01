"""The words of the pages in one language, and dates and times as it writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sm_dns.admin.records.audit_text import Recorded, sentence
from sm_dns.agency.words import AgencyWords
from sm_dns.i18n import dates, hours
from sm_dns.i18n.catalogue import worded
from sm_dns.i18n.names import category_name, schedule_name
from sm_dns.i18n.text import Text
from sm_dns.monitor.disclosure.periods import parse_period
from sm_dns.policy import recurring_hours
from sm_dns.policy.clients.who import all_in_words
from sm_dns.util.message import Message
from sm_dns.web.auth.attempts import SOMEBODY

UTC_ZONE = ZoneInfo("UTC")

_PICKED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


class Words:
    """One language: `words("nav.now")`; what stands in braces is filled in. `agency`: what it calls its parts.

    Instants within messages are shown in `zone`.
    """

    def __init__(self, language: str, agency: AgencyWords, zone: ZoneInfo = UTC_ZONE) -> None:
        self.language = language
        self.zone = zone
        self._catalogue = worded(language, tuple(agency.fields(language).items()))

    @property
    def own_name(self) -> str:
        """What the language calls itself."""
        return self._catalogue("language.name")

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key; its last part where there is none."""
        return self._catalogue(f"page.{key}", **values)

    def known(self, key: str, other: str) -> str:
        """The text of a key that depends on what the service says, or else what it says."""
        return self._catalogue.known(f"page.{key}", other)

    def said(self, message: Message) -> str:
        """What the service says, in this language or else in English."""
        return self._catalogue.said(message, lambda text: self.written(text, self.zone))

    def can_say(self, message: Message) -> bool:
        """Whether this language has words for all of a message."""
        return self._catalogue.can_say(message)

    def problem(self, error: Message | None, field: str) -> Message | None:
        """What an error says of a field of a form; None where it is about something else."""
        if error is None:
            return None
        if error.template == "{field}: {reason}" and error.values["field"] == Message(field):
            reason = error.values["reason"]
            return reason if isinstance(reason, Message) else error
        is_about = error.template.startswith(f"{field}: ") or error.values.get("name") == Message(field)
        return error if is_about else None

    def half(self, written: str) -> str:
        """What is written in both languages ("Hari Deepavali / Deepavali") in this one."""
        return Text.both(written).in_(self.language)

    def category(self, category: str) -> str:
        """What a category is called."""
        return category_name(self.language, category)

    def schedule(self, schedule: str) -> str:
        """What a schedule is called."""
        return schedule_name(self.language, schedule)

    def service(self, service: str, name: str) -> str:
        """What a service is called: by its name, unless that is a description."""
        return self._catalogue.known(f"service.{service}", name)

    def who(self, who: str) -> str:
        """Who did something, by the audit: a user is called as he calls himself."""
        before, _, address = who.partition(SOMEBODY)
        if address and not before:
            return self("who.somebody", address=address)
        return self.known(f"who.{who}", who)

    def whom(self, texts: str | Sequence[str]) -> str:
        """Whom something is for, of one or several as the policy writes them ("staff:a1234")."""
        return self.said(all_in_words([texts] if isinstance(texts, str) else texts))

    def sentence(self, record: Recorded) -> str:
        """A record of the audit as a whole sentence."""
        return sentence(self._catalogue, record, self.who(record.who), self.zone)

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 for Monday."""
        return dates.weekday(self.language, number)

    def date(self, text: str) -> str:
        """An ISO date as people write it."""
        return dates.date_text(self.language, date.fromisoformat(text[:10]))

    def short_date(self, text: str) -> str:
        """An ISO date with a short month and no year."""
        return dates.short_date(self.language, date.fromisoformat(text[:10]))

    def period(self, name: str) -> str:
        """A period by its name: "10 Ogos 2026", "Minggu 33, 10 Ogos 2026 – 16 Ogos 2026", "Ogos 2026", "2026"."""
        period = parse_period(name)
        match period.kind:
            case "day":
                return self.date(name)
            case "week":
                first, last = (dates.date_text(self.language, day) for day in (period.first, period.last))
                return self("period.week", number=period.first.isocalendar().week, first=first, last=last)
            case "month":
                return dates.month_text(self.language, period.first)
            case "quarter":
                return self("period.quarter", number=name[-1], year=period.first.year)
            case "year":
                return name

    def day_label(self, text: str) -> str:
        """An ISO date for the edge of a picture, with its weekday: "Isn 3/8"."""
        day = date.fromisoformat(text[:10])
        return f"{dates.short_weekday(self.language, day.weekday())} {day.day}/{day.month}"

    def between(self, hour: int) -> str:
        """A whole hour as the language writes it: "1.00 petang – 2.00 petang"."""
        return f"{self.clock(60 * hour)} – {self.clock(60 * hour + 60)}"

    def number(self, number: int) -> str:
        """A number with a sign between its thousands."""
        return dates.number_text(self.language, number)

    def moment(self, text: str) -> str:
        """A local ISO date-time as weekday, date and time."""
        return dates.moment_text(self.language, datetime.fromisoformat(text))

    def clock(self, minute: int) -> str:
        """A minute of the day, 0 to 1440, as a time; the last one is midnight again."""
        return dates.clock(self.language, minute)

    def hours(self, text: str) -> str:
        """A time of the day such as "13:00" as the language writes it."""
        hour, _, minute = text.partition(":")
        return self.clock(60 * int(hour) + int(minute))

    def recurring(self, text: str) -> str:
        """Hours of the week such as "MON-FRI 09:00-11:00" in words."""
        days, _, between = text.partition(" ")
        found = recurring_hours.of_words(days, between, UTC_ZONE)
        return "" if found is None else hours.recurring(self.language, found.days, found.start, found.end)

    def written(self, text: str, zone: ZoneInfo) -> str:
        """A UTC ISO date-time as a local date that people read, and the time to the second."""
        return self._written(_local(text, zone))

    def fits_a_picker(self, text: str) -> bool:
        """Whether the field of a browser for a date and a time can show what was asked; else it is shown as text."""
        return not text or _PICKED.fullmatch(text) is not None

    def posix_written(self, seconds: float, zone: ZoneInfo) -> str:
        """The same of POSIX seconds."""
        return self._written(datetime.fromtimestamp(seconds, zone))

    def _written(self, at: datetime) -> str:
        return f"{self.short_date(at.isoformat())} {at.year}, {at:%H:%M:%S}"

    def stamp(self, text: str, zone: ZoneInfo) -> str:
        """A UTC ISO date-time as local date and time, to the second."""
        return f"{_local(text, zone):%Y-%m-%d %H:%M:%S}"

    def posix(self, seconds: float, zone: ZoneInfo) -> str:
        """POSIX seconds as local date and time, to the second."""
        return f"{datetime.fromtimestamp(seconds, zone):%Y-%m-%d %H:%M:%S}"


def _local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone)
