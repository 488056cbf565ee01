"""`portal.json`: what a compiled generation tells the portal beside the policy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from sm_dns.i18n.text import Text
from sm_dns.util.errors import BadInput

PORTAL_FILE = "portal.json"
NO_NAME = Text("", "")


@dataclass(frozen=True)
class PortalSettings:
    """The agency's own part of the pages.

    `name` is the host name that means the portal itself, and `link` its whole address; `acknowledged` is the file of
    acknowledgements, None where none are taken; `certificate` and `key` are paths.
    """

    agency: Text = NO_NAME
    contact: str = ""
    reference: str = ""
    services: dict[str, str] = field(default_factory=dict)
    name: str = ""
    link: str = ""
    monitored: bool = True
    raw_days: int = 180
    aggregate_months: int = 24
    acknowledged: str | None = None
    certificate: str | None = None
    key: str | None = None


def read_details(directory: Path) -> PortalSettings:
    """The portal's part of a generation. Raises `BadInput` when it is missing or damaged."""
    path = directory / PORTAL_FILE
    try:
        found = json.loads(path.read_bytes())
        return PortalSettings(**{**found, "agency": Text(*found["agency"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(f"not a portal's part: {error}", file=path) from error
