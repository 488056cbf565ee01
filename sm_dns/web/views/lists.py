"""Lists: services, the site's own names, lists by URL, and where a name stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin import domain_changes, site_lists
from sm_dns.admin.domain_changes import Listed
from sm_dns.admin.domain_names import normalise
from sm_dns.admin.list_status import list_status
from sm_dns.admin.policy_document import services, site_rows
from sm_dns.dns import names
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.schema_notes import Utc, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.answer import CategoryAction
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200

FIND_FIELDS = (Field("name", summary="a domain name", required=True),)
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
    counts = Counter(tag.list for _, tag in rows)
    by_category = Counter(tag.category for _, tag in rows)
    return Lists(
        categories=tuple(
            CategoryNames(each.name, each.action, by_category[each.name]) for each in settings.all_categories
        ),
        services=tuple(
            ServiceNames(each.id, each.name, each.category, counts[each.list]) for each in services(settings)
        ),
        remote=tuple(_remote(settings, each) for each in settings.lists),
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


def _remote(settings: Settings, listed: ListSettings) -> RemoteList:
    found = list_status(settings, listed)
    return RemoteList(
        name=found.name,
        category=found.category,
        url=found.url,
        fetched=found.fetched,
        checked=found.checked,
        names=found.names,
        problems=found.problems,
    )
