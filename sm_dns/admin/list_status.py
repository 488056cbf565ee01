"""What there is of a list by URL: its last good copy, as the commands and the dashboard tell it."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.admin import remote_lists
from sm_dns.admin.policy_document import list_cache, open_to, remote_source
from sm_dns.admin.surroundings import Surroundings
from sm_dns.lists.list_read import ListRead
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.clock import utc_iso
from sm_dns.util.schema_notes import Utc


@dataclass(frozen=True, slots=True)
class ListStatus:
    """Where a list comes from, when it came (ISO 8601; None before the first fetch), how much is in it.

    `problems` are the lines that cannot be used; `beyond_dns` those that DNS cannot carry, `stays_open` those whose
    names lists by URL never close, `exceptions` the names that the list takes out of itself.
    """

    name: str
    category: str
    service: str
    url: str
    format: str
    fetched: Utc | None
    checked: Utc | None
    names: int
    problems: int
    exceptions: int
    beyond_dns: int
    stays_open: int


def list_status(settings: Settings, around: Surroundings, listed: ListSettings) -> ListStatus:
    """What there is of a list. Raises `BadInput` for a damaged copy."""
    open_names = open_to(settings, around, listed.category)
    cached = remote_lists.load_cached(remote_source(listed), list_cache(settings), open_names)
    read = cached.read if cached else ListRead("", 0, 0, 0, 0, 0, ())
    return ListStatus(
        name=listed.name,
        category=listed.category,
        service=listed.service_id,
        url=listed.url,
        format=cached.format if cached else listed.format,
        fetched=utc_iso(cached.note.fetched) if cached else None,
        checked=utc_iso(cached.note.checked) if cached else None,
        names=read.names,
        problems=read.unusable,
        exceptions=read.exceptions,
        beyond_dns=read.beyond_dns,
        stays_open=read.stays_open,
    )
