"""Names that lists of others never close: without them this resolver, its site or everybody's work stands still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from sm_dns.admin.local_zone import FILE as LOCAL_ZONE
from sm_dns.admin.local_zone import read_local_zone
from sm_dns.admin.surroundings import Surroundings
from sm_dns.dns.names import ROOT, BadName, from_text, suffixes
from sm_dns.lists.shipped import shipped_zones
from sm_dns.lists.sources import read_list_file
from sm_dns.policy.categories import Category
from sm_dns.resolve.local_records import WILDCARD
from sm_dns.settings.settings import Settings

FILE = "never-close.txt"
_CLOSING = frozenset({"deny", "schedule"})
_TAIL = 8  # octets of a name's end by which most names are known to lie below no protected one


class OpenName(NamedTuple):
    """A name that stays open, alone (`exact`) or with all below it, and what wants it so: a key or a line."""

    name: bytes
    exact: bool
    why: str


class NeverClose:
    """What stays open, asked of each name of a list.

    A name whose last `tail` octets are not among `tails` closes nothing of it, which spares long lists the question.
    """

    def __init__(self, names: Iterable[OpenName]) -> None:
        self._names: dict[bytes, str] = {}
        self._above: dict[bytes, str] = {}
        self._trees: dict[bytes, str] = {}
        for name, exact, why in names:
            self._names.setdefault(name, why)
            for above in suffixes(name):
                self._above.setdefault(above, why)
            if not exact:
                self._trees.setdefault(name, why)
        self.tail = min((_TAIL, *map(len, self._trees)))
        self.tails = frozenset(name[-self.tail :] for name in self._above)

    def why(self, name: bytes, exact: bool) -> str | None:
        """What wants a name open that would be closed, alone or with all below it; None where nothing does."""
        found = self._names.get(name) if exact else self._above.get(name)
        if found is not None:
            return found
        return next((self._trees[above] for above in suffixes(name) if above in self._trees), None)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Everything that stays open, in a form that tells one set from another."""
        yield from sorted((name.hex(), why) for name, why in self._names.items())
        yield from sorted((name.hex(), "") for name in self._trees)


NOTHING = NeverClose(())


def never_close(settings: Settings, around: Surroundings) -> NeverClose:
    """What stays open here: what the site itself stands on, and the shipped list. Raises `BadInput`."""
    return NeverClose((*_of_site(settings, around), *_shipped()))


def closes(category: Category) -> bool:
    """Whether a name in a category is closed at any time."""
    return category.action in _CLOSING


def _of_site(settings: Settings, around: Surroundings) -> Iterator[OpenName]:
    for name in settings.routes:
        yield from _read(name, False, "routes")
    for record in read_local_zone(around.site_files):
        owner = record.owner
        is_tree = owner.startswith(WILDCARD)
        yield OpenName(owner.removeprefix(WILDCARD), not is_tree, LOCAL_ZONE)
    if settings.lan_names is not None:
        yield from _read(settings.lan_names.domain, False, "lan_names.domain")
    for key, text in _hosts(settings):
        yield from _read(text, True, key)


def _hosts(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Hosts that are named in the configuration, each with its key."""
    if settings.smtp is not None:
        yield "smtp.host", settings.smtp.host
    for servers in (settings.upstreams, *settings.routes.values()):
        for server in servers:
            if not isinstance(server, str):
                yield "upstreams", server.name
    yield "tls.name", settings.tls.name
    yield "portal.name", settings.portal.name
    for host in settings.web.hosts:
        yield "web.hosts", host
    for listed in settings.lists:
        yield "lists", urlsplit(listed.url).hostname


def _read(text: str | None, exact: bool, why: str) -> Iterator[OpenName]:
    try:
        name = from_text(text or "")
    except BadName:  # an address, or nothing
        return
    if name != ROOT:
        yield OpenName(name, exact, why)


def _shipped() -> Iterator[OpenName]:
    for entry, _ in read_list_file(shipped_zones() / FILE, "", "", FILE):
        yield OpenName(entry.name, entry.exact, f"{FILE}:{entry.line}")
