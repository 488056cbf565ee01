"""What a document needs beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sm_dns.agency.words import AgencyWords
from sm_dns.i18n.catalogue import worded
from sm_dns.monitor.headcount import Base
from sm_dns.report.document import Letterhead
from sm_dns.util.strict_json import Span


@dataclass(frozen=True, slots=True)
class Context:
    """language, letterhead: of the document. prepared: POSIX seconds. system: name and version of this software.

    words: what the agency calls its parts. service_names: by id. uncertain_years: years of the range whose public
    holidays nobody has accepted. unsettled_days: its days on one of which there is a holiday, not settled on which.
    number: under which the document is archived, or "".
    base, department_bases: the numbers of staff that percentages are of, with their dates. unrecorded: categories
    that are permitted, so that questions for them are not recorded (PRIV-2). shut: of dates the
    minutes [start, end) that the default schedule, as it is now, does not permit.
    """

    language: str
    prepared: float
    system: str
    words: AgencyWords
    letterhead: Letterhead = field(default_factory=Letterhead)
    service_names: Mapping[str, str] = field(default_factory=dict)
    uncertain_years: tuple[int, ...] = ()
    unsettled_days: tuple[date, ...] = ()
    base: Base = field(default_factory=Base)
    department_bases: Mapping[str, Base] = field(default_factory=dict)
    number: str = ""
    unrecorded: frozenset[str] = frozenset()
    shut: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def say(self, key: str, **fields: object) -> str:
        """The text of a key, with the agency's words in it."""
        words = tuple(self.words.fields(self.language).items())
        return worded(self.language, words)(f"report.{key}", **fields)

    def service(self, name: str) -> str:
        """The name that people know a service by."""
        return self.service_names.get(name, name)
