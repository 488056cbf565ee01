"""The words of the pages, one file a language, and dates and times as each language writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sm_dns.agency.words import AgencyWords
from sm_dns.i18n import dates
from sm_dns.i18n.categories import category_name
from sm_dns.i18n.text import Text
from sm_dns.web.pages.sentences import MAX_WORDINGS, said

LANGUAGES = ("ms", "en")

_Table: TypeAlias = Mapping[str, "str | _Table"]

_FOLDER = Path(__file__).parent / "texts"


class Words:
    """One language: `words("nav.now")`; what stands in braces is filled in. `agency`: what it calls its parts."""

    def __init__(self, language: str, agency: AgencyWords) -> None:
        self.language = language
        self._agency = agency
        self._texts = _worded(language, agency)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key. Raises `KeyError` for one that there is not."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def known(self, key: str, other: str) -> str:
        """The text of a key that depends on what the service says, or else what it says."""
        return self._texts.get(key, other)

    def said(self, text: str) -> str | None:
        """A sentence of the service in this language; None where there is only English."""
        return said(self.language, text, self._agency)

    def half(self, written: str) -> str:
        """What is written in both languages ("Hari Deepavali / Deepavali") in this one."""
        return Text.both(written).in_(self.language)

    def category(self, category: str) -> str:
        """What a category is called."""
        return category_name(category).in_(self.language)

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 for Monday."""
        return (dates.WEEKDAYS_MS if self.language == "ms" else dates.WEEKDAYS_EN)[number]

    def date(self, text: str) -> str:
        """An ISO date as people write it."""
        day = date.fromisoformat(text[:10])
        return dates.date_ms(day) if self.language == "ms" else dates.date_en(day)

    def short_date(self, text: str) -> str:
        """An ISO date with a short month and no year."""
        day = date.fromisoformat(text[:10])
        months = dates.SHORT_MONTHS_MS if self.language == "ms" else dates.SHORT_MONTHS_EN
        return f"{day.day} {months[day.month - 1]}"

    def moment(self, text: str) -> str:
        """A local ISO date-time as weekday, date and time."""
        at = datetime.fromisoformat(text)
        clock = f"pukul {dates.time_ms(at.time())}" if self.language == "ms" else dates.time_en(at.time())
        return f"{self.weekday(at.weekday())}, {self.date(text)}, {clock}"

    def clock(self, minute: int) -> str:
        """A minute of the day, 0 to 1440, as a time; the last one is midnight again."""
        return dates.clock(self.language, minute)

    def written(self, text: str, zone: ZoneInfo) -> str:
        """A UTC ISO date-time as a local date that people read, and the time to the second."""
        return self._written(datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone))

    def posix_written(self, seconds: float, zone: ZoneInfo) -> str:
        """The same of POSIX seconds."""
        return self._written(datetime.fromtimestamp(seconds, zone))

    def _written(self, at: datetime) -> str:
        return f"{self.short_date(at.isoformat())} {at.year}, {at:%H:%M:%S}"

    def stamp(self, text: str, zone: ZoneInfo) -> str:
        """A UTC ISO date-time as local date and time, to the second."""
        at = datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone)
        return f"{at:%Y-%m-%d %H:%M:%S}"

    def posix(self, seconds: float, zone: ZoneInfo) -> str:
        """POSIX seconds as local date and time, to the second."""
        return f"{datetime.fromtimestamp(seconds, zone):%Y-%m-%d %H:%M:%S}"


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of a language by its dotted key."""
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        return dict(_flat("", tomllib.load(file)))


@lru_cache(MAX_WORDINGS)
def _worded(language: str, agency: AgencyWords) -> Mapping[str, str]:
    return {key: agency.put_into(text, language) for key, text in texts(language).items()}


def _flat(prefix: str, table: _Table) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, str):
            found.append((f"{prefix}{key}", value))
        else:
            found += _flat(f"{prefix}{key}.", value)
    return found
