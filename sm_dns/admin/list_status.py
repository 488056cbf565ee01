"""What there is of a list by URL: its last good copy, as the commands and the dashboard tell it."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.admin import remote_lists
from sm_dns.admin.policy_document import list_cache, remote_source
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.clock import utc_iso
from sm_dns.util.schema_notes import Utc


@dataclass(frozen=True, slots=True)
class ListStatus:
    """Where a list comes from, when it came (ISO 8601; None before the first fetch), how much is in it."""

    name: str
    category: str
    service: str
    url: str
    format: str
    fetched: Utc | None
    checked: Utc | None
    names: int
    problems: int


def list_status(settings: Settings, listed: ListSettings) -> ListStatus:
    """What there is of a list. Raises `BadInput` for a damaged copy."""
    cached = remote_lists.load_cached(remote_source(listed), list_cache(settings))
    return ListStatus(
        name=listed.name,
        category=listed.category,
        service=listed.service_id,
        url=listed.url,
        format=cached.note.format if cached else listed.format,
        fetched=utc_iso(cached.note.fetched) if cached else None,
        checked=utc_iso(cached.note.checked) if cached else None,
        names=cached.names if cached else 0,
        problems=cached.problems if cached else 0,
    )
