"""The block `notice` of the configuration: what notices, pages and reports say of the agency."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, PlainValidator, ValidationInfo

from sm_dns.agency.profile import DEFAULT, SHIPPED, AgencyProfile, Instrument, read_profile, shipped
from sm_dns.agency.words import AgencyWords, Word
from sm_dns.i18n.text import Text
from sm_dns.settings.blocks.reports import LetterheadSettings, Line
from sm_dns.settings.types import Block, OneLine, folder, plain_text
from sm_dns.util.errors import BadInput, Wrong

MAX_CONTACT_URIS = 4

# What the draft on structured DNS errors allows: RFC 6068 and RFC 3966.
ContactUri = Annotated[str, Field(pattern=r"^(mailto:[!-~]{3,100}|tel:[+0-9.()-]{3,30})$")]


class ChosenProfile(NamedTuple):
    """A profile; `file`: where this site wrote it, None for one that ships."""

    profile: AgencyProfile
    file: Path | None


def _chosen(value: object, info: ValidationInfo) -> ChosenProfile:
    text = plain_text(value)
    if text in SHIPPED:
        return ChosenProfile(shipped(text), None)
    if not text.endswith(".toml"):
        raise Wrong(
            "must be {shipped}, or a file of this site's own, such as agency.toml", shipped=", ".join(SHIPPED)
        )
    file = folder(info) / text
    try:
        return ChosenProfile(read_profile(file), file)
    except BadInput as error:
        raise Wrong(error.message) from error


class AgencyName(Block):
    """The agency's name in Malay and in English."""

    ms: OneLine | None = None
    en: OneLine | None = None


class BothSettings(Block):
    """One text in Malay and in English."""

    ms: Line
    en: Line

    @property
    def text(self) -> Text:
        """The same as a value."""
        return Text(self.ms, self.en)


class WordSettings(BothSettings):
    """A noun in small letters; `en_many` is English for several."""

    en_many: Line

    @property
    def word(self) -> Word:
        """The same as a value."""
        return Word(self.ms, self.en, self.en_many)


class InstrumentSettings(Block):
    """The circular or letter in force here, in place of the profile's and of the duties in that."""

    name: BothSettings
    reference: Line
    hours: OneLine = ""
    streaming: OneLine = ""

    @property
    def instrument(self) -> Instrument:
        """The same as a value."""
        return Instrument(self.name.text, self.reference, self.hours, self.streaming, (), ())


class NoticeSettings(Block):
    """What notices and reports say of the agency. There is no default label: the agency classifies (SEC-1)."""

    profile: Annotated[ChosenProfile, PlainValidator(_chosen)] = ChosenProfile(shipped(DEFAULT), None)
    instrument: InstrumentSettings | None = None
    unit: BothSettings | None = None
    department: WordSettings | None = None
    head: WordSettings | None = None
    data_officer: OneLine | None = None
    agency: AgencyName = AgencyName()
    contact: OneLine | None = None
    contact_uris: Annotated[tuple[ContactUri, ...], Field(max_length=MAX_CONTACT_URIS)] = ()
    reference: OneLine | None = None
    classification: OneLine | None = None
    letterhead: LetterheadSettings = LetterheadSettings()

    @property
    def own_profile(self) -> AgencyProfile:
        """The profile with this site's own keys over it."""
        given = self.profile.profile
        words = AgencyWords(
            department=self.department.word if self.department else given.words.department,
            head=self.head.word if self.head else given.words.head,
        )
        return replace(
            given,
            instrument=self.instrument.instrument if self.instrument else given.instrument,
            unit=self.unit.text if self.unit else given.unit,
            words=words,
        )
