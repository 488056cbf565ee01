"""Lists: services, the site's own names, lists by URL, and where a name stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin import domain_changes, remote_lists, site_lists
from sm_dns.admin.domain_changes import Listed
from sm_dns.admin.domain_names import normalise
from sm_dns.admin.list_status import list_status
from sm_dns.admin.listing.never_close import never_close
from sm_dns.admin.listing.preview import Preview, preview_kept, preview_url
from sm_dns.admin.policy_document import list_cache, open_to, remote_source, services, site_rows
from sm_dns.admin.surroundings import Surroundings, look_around
from sm_dns.dns import names
from sm_dns.lists.formats.parser import FORMATS
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.download import Limits
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.schema_notes import Utc, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.answer import CategoryAction
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200
MAX_LINES_SHOWN = 100  # of a list, of each kind
MAX_PREVIEW_SECONDS = 15.0  # for a list that somebody only looks at

FIND_FIELDS = (Field("name", summary="a domain name", required=True),)
PREVIEW_FIELDS = (
    Field("url", summary="of the list", required=True),
    Field("format", summary="auto without it", choices=FORMATS),
)
LINES_FIELDS = (Field("list", summary="the name of a list by URL", required=True),)
DOMAIN_FIELDS = (Field("category", summary="only this one"),)


@dataclass(frozen=True, slots=True)
class CategoryNames:
    """A category, and how many names are listed in it."""

    name: str
    action: CategoryAction
    names: int


@dataclass(frozen=True, slots=True)
class ServiceNames:
    """A service of the catalogue, and how many names its list has."""

    service: Annotated[str, says("its id")]
    name: str
    category: str
    names: int
    on: Annotated[bool, says("false for an optional one that is not switched on: its names are not listed")]


@dataclass(frozen=True, slots=True)
class RemoteList:
    """A list by URL, by its last good copy."""

    name: str
    category: str
    url: str
    fetched: Annotated[Utc | None, says("when the copy came; null before the first")]
    checked: Annotated[Utc | None, says("when it was last known to be current")]
    names: int
    problems: Annotated[int, says("lines that cannot be used")]
    exceptions: Annotated[int, says("names that the list takes out of itself")]
    beyond_dns: Annotated[int, says("known lines that DNS cannot carry")]
    stays_open: Annotated[int, says("lines whose names lists by URL never close")]


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything that names stand in."""

    categories: tuple[CategoryNames, ...]
    services: tuple[ServiceNames, ...]
    remote: tuple[RemoteList, ...]


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name on the site's own list of a category."""

    name: str
    category: str
    exact: Annotated[bool, says("this name alone, nothing below it")]


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The site's own names."""

    domains: Annotated[tuple[OwnName, ...], says(f"the last {MAX_SHOWN} at most")]
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """Where a name stands."""

    name: str
    found: Annotated[tuple[Listed, ...], says("the most specific first")]


def lists(backend: Backend, person: Person, values: Values) -> Lists:
    """Categories, services with the number of their names, and lists by URL with their age and their errors."""
    settings = backend.settings()
    rows = backend.rows()
    around = look_around(settings)
    counts = Counter(tag.list for _, tag in rows)
    by_category = Counter(tag.category for _, tag in rows)
    return Lists(
        categories=tuple(
            CategoryNames(each.name, each.action, by_category[each.name]) for each in settings.all_categories
        ),
        services=tuple(
            ServiceNames(each.id, each.name, each.category, counts[each.list], each.on)
            for each in services(settings)
        ),
        remote=tuple(_remote(settings, around, each) for each in settings.lists),
    )


def domains(backend: Backend, person: Person, values: Values) -> OwnNames:
    """The site's own names, at most `MAX_SHOWN` of them; `total` says how many there are."""
    wanted = values["category"]
    found = [
        OwnName(names.to_text(entry.name), tag.category, entry.exact)
        for entry, tag in site_rows(backend.settings())
        if wanted in ("", tag.category)
    ]
    return OwnNames(tuple(found[-MAX_SHOWN:]), len(found))


def find(backend: Backend, person: Person, values: Values) -> Found:
    """Every list that holds a name, and whether it decides is told by `explain`."""
    name = normalise(values["name"])
    found = site_lists.find(backend.rows(), name)
    return Found(names.to_text(name), tuple(domain_changes.described(match) for match in found))


def preview(backend: Backend, person: Person, values: Values) -> Preview:
    """What a list would give, fetched now from a URL that leads to no address inside. Nothing is changed."""
    settings = backend.settings()
    limits = Limits(seconds=MAX_PREVIEW_SECONDS)
    source = remote_lists.RemoteList("preview", values["url"], "", values["format"] or "auto", limits)
    return preview_url(source, never_close(settings, look_around(settings)), MAX_LINES_SHOWN)


def lines(backend: Backend, person: Person, values: Values) -> Preview:
    """The last good copy of a list by URL, by line."""
    settings = backend.settings()
    name = values["list"]
    listed = next((one for one in settings.lists if one.name == name), None)
    if listed is None:
        said = Message("there is no list {name!r}", name=name)
        raise BadInput(did_you_mean(said, name, [one.name for one in settings.lists]))
    open_names = open_to(settings, look_around(settings), listed.category)
    return preview_kept(remote_source(listed), list_cache(settings), open_names, MAX_LINES_SHOWN)


def _remote(settings: Settings, around: Surroundings, listed: ListSettings) -> RemoteList:
    found = list_status(settings, around, listed)
    return RemoteList(
        name=found.name,
        category=found.category,
        url=found.url,
        fetched=found.fetched,
        checked=found.checked,
        names=found.names,
        problems=found.problems,
        exceptions=found.exceptions,
        beyond_dns=found.beyond_dns,
        stays_open=found.stays_open,
    )
