"""An agency's profile, as plain values: what limits or guides its staff, whom they ask, what its parts are called."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sm_dns.agency.words import AgencyWords
from sm_dns.i18n.text import Text
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular
from sm_dns.util.typed_json import from_json

DEFAULT = "jkdm"
MAX_PROFILE = 1 << 16
_FOLDER = Path(__file__).parent / "profiles"
SHIPPED = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@dataclass(frozen=True)
class DutySection:
    """Paragraphs of an instrument that bind users, by number, under one heading; `notes` stand below them.

    The first `on_block_page` of them are told on a block page too.
    """

    head: Text
    on_block_page: int
    paragraphs: tuple[tuple[str, Text], ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Instrument:
    """The circular or the letters in force. `reference` is its short form, in the text beside an answer.

    hours, streaming: the numbers of the paragraphs that set hours and prohibit streaming, "" without one.
    monitoring: what it adds to the monitoring notice.
    """

    name: Text
    reference: str
    hours: str
    streaming: str
    monitoring: tuple[Text, ...]
    duties: tuple[DutySection, ...]


@dataclass(frozen=True)
class AgencyProfile:
    """unit: whom staff ask, as it stands behind "please contact"."""

    instrument: Instrument
    unit: Text
    words: AgencyWords


@cache
def shipped(name: str) -> AgencyProfile:
    """One of `SHIPPED`."""
    return read_profile(_FOLDER / f"{name}.toml")


def read_profile(path: Path) -> AgencyProfile:
    """The profile of a TOML file, in which each text is a list: Malay, then English.

    Raises `BadInput` for a file that cannot be read, and for a key that is missing, unknown or of another type.
    """
    try:
        value = tomllib.loads(read_regular(path, limit=MAX_PROFILE).decode())
    except ValueError as error:
        raise BadInput("not a profile: {reason}", file=path, reason=error) from error
    try:
        return from_json(AgencyProfile, value)
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
