"""`portal.json`: what a compiled generation tells the portal beside the policy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sm_dns.agency.profile import AgencyProfile
from sm_dns.i18n.text import Text
from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import from_json, to_json

PORTAL_FILE = "portal.json"


@dataclass(frozen=True)
class RequestForm:
    """What staff may say who ask for a closed site.

    departments: to choose from; longest: seconds until it ends at the latest.
    """

    departments: tuple[str, ...]
    longest: int


@dataclass(frozen=True)
class PortalSettings:
    """The agency's own part of the pages.

    `data_officer` is whom to ask about personal data, "" where there is nobody;
    `name` is the host name that means the portal itself, and `link` its whole address; `acknowledged` is the file of
    acknowledgements, None where none are taken; `requests` is None where
    nobody can ask for a closed site; `certificate` and `key` are paths.
    """

    agency: Text
    profile: AgencyProfile
    data_officer: str
    contact: str
    reference: str
    services: dict[str, str]
    name: str
    link: str
    monitored: bool
    raw_days: int
    aggregate_months: int
    acknowledged: str | None
    requests: RequestForm | None
    certificate: str | None
    key: str | None


def write_details(directory: Path, details: PortalSettings) -> None:
    """Add the portal's part to a generation."""
    text = json.dumps(to_json(details), ensure_ascii=False) + "\n"
    (directory / PORTAL_FILE).write_text(text, encoding="utf-8")


def read_details(directory: Path) -> PortalSettings:
    """The portal's part of a generation. Raises `BadInput` when it is missing, damaged, or of another form."""
    path = directory / PORTAL_FILE
    try:
        return from_json(PortalSettings, json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError, BadInput) as error:
        raise BadInput("not a portal's part: {reason}", file=path, reason=error) from error
