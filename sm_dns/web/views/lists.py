"""Lists: services, the site's own names, lists by URL, and where a name stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sm_dns.admin import domain_changes, site_lists
from sm_dns.admin.domain_names import normalise
from sm_dns.admin.list_status import list_status
from sm_dns.admin.policy_document import services, site_rows
from sm_dns.dns import names
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200

FIND_FIELDS = (Field("name", summary="a domain name", required=True),)
DOMAIN_FIELDS = (Field("category", summary="only this one"),)
_OF_A_REMOTE_LIST = ("name", "category", "url", "fetched", "checked", "names", "problems")


def lists(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """Categories, services with the number of their names, and lists by URL with their age and their errors."""
    settings = backend.settings()
    rows = backend.rows()
    counts = Counter(tag.list for _, tag in rows)
    by_category = Counter(tag.category for _, tag in rows)
    return {
        "categories": [
            {"name": each.name, "action": each.action, "names": by_category[each.name]}
            for each in settings.all_categories
        ],
        "services": [
            {
                "service": each.id,
                "name": each.name,
                "category": each.category,
                "names": counts[each.list],
            }
            for each in services(settings)
        ],
        "remote": [_remote(settings, each) for each in settings.lists],
    }


def domains(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """The site's own names, at most `MAX_SHOWN` of them; `total` says how many there are."""
    wanted = values["category"]
    found = [
        {"name": names.to_text(entry.name), "category": tag.category, "exact": entry.exact}
        for entry, tag in site_rows(backend.settings())
        if wanted in ("", tag.category)
    ]
    return {"domains": found[-MAX_SHOWN:], "total": len(found)}


def find(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """Every list that holds a name, and whether it decides is told by `explain`."""
    name = normalise(values["name"])
    found = site_lists.find(backend.rows(), name)
    return {"name": names.to_text(name), "found": [domain_changes.described(match) for match in found]}


def _remote(settings: Settings, listed: ListSettings) -> dict[str, Any]:
    found = list_status(settings, listed)
    return {key: found[key] for key in _OF_A_REMOTE_LIST}
