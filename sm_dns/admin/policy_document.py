"""From files to policy: configuration, calendars, exemptions and lists become one document and its names.

Nothing is written here but in a temporary directory; publishing a generation is another matter.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.admin.domain_names import to_ascii
from sm_dns.admin.listing.never_close import NOTHING, NeverClose, closes, never_close
from sm_dns.admin.listing.registry_suffixes import registry_suffixes
from sm_dns.admin.remote_lists import RemoteList, cached_entries
from sm_dns.admin.surroundings import Surroundings, look_around
from sm_dns.dns.names import to_text
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index_writer import write_index
from sm_dns.lists.list_read import MAX_EXAMPLES, ListRead
from sm_dns.lists.shipped import shipped_zones
from sm_dns.lists.sources import Row, Service, Zones, read_site, read_zones
from sm_dns.policy import snapshot
from sm_dns.policy.categories import Category
from sm_dns.policy.clients.who import OWN_LINKS
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.groups import DEFAULT
from sm_dns.policy.schedule import ScheduleDocument
from sm_dns.policy.service_rules import ServiceRule
from sm_dns.policy.snapshot import Snapshot
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.client_networks import client_networks, whom
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store, service_rules_store
from sm_dns.state.lists.list_checks import CACHE
from sm_dns.util.download import Limits
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.strict_json import Json
from sm_dns.util.typed_json import to_json


@dataclass(frozen=True, slots=True)
class GroupDocument:
    """A group in its JSON form; `clients` are networks, and what clients are known as."""

    name: str
    clients: tuple[str, ...]
    mode: str
    schedule: str


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """All of `policy.json` but its `generation` and `version`."""

    schedules: Mapping[str, ScheduleDocument]
    default_schedule: str
    groups: tuple[GroupDocument, ...]
    categories: tuple[Category, ...]
    services: tuple[ServiceRule, ...]
    exemptions: tuple[Exemption, ...]
    sinkhole_ipv4: str
    sinkhole_ipv6: str
    denied_ttl: int
    permitted_ttl: int
    signals_in_monitor: bool

    def numbered(self, generation: int) -> Mapping[str, Json]:
        """What `policy.snapshot.write` takes."""
        return {**to_json(self), "generation": generation}


@dataclass(frozen=True, slots=True)
class Assembly:
    """A candidate generation: `document` is its policy.

    `rows` are read each time they are gone through; `reads` then holds what was read of each list of the site and
    by URL. `state_dir` is where there is room for it if need be; `around` is what it was made by.
    """

    document: PolicyDocument
    rows: Callable[[], Iterable[Row]]
    reads: list[ListRead]
    state_dir: Path
    around: Surroundings


def assemble(settings: Settings, now: float) -> Assembly:
    """Read everything that policy depends on. `now` (POSIX seconds) leaves out exemptions that have ended.

    Raises `BadInput` with file, line and reason for the first thing that cannot be used; lists are read later.
    """
    reads: list[ListRead] = []
    around = look_around(settings)
    document = policy_document(settings, around, now)

    def rows() -> Iterator[Row]:
        reads.clear()
        return each_row(settings, around, reads)

    return Assembly(document, rows, reads, settings.state_dir, around)


def policy_document(settings: Settings, around: Surroundings, now: float) -> PolicyDocument:
    """The policy that the files make. Raises `BadInput`."""
    schedules = merged_schedules(settings)
    for name, document in schedules.items():
        check_schedule(settings, name, document)
    stored = exemptions_store.load(settings.state_dir)
    ended = exemptions_store.ended(stored, now)
    clients = client_networks(settings, around.links)
    return PolicyDocument(
        schedules=schedules,
        default_schedule=settings.default_schedule,
        groups=tuple(
            GroupDocument(group.name, clients[group.name], group.mode, settings.schedule_of(group))
            for group in settings.groups
        ),
        categories=tuple(settings.all_categories),
        services=(
            *service_rules_store.rules_for(settings.state_dir, {*clients, DEFAULT}, around.links),
            *(
                ServiceRule(service, rule.action, whom(settings, rule.who, around.links))
                for service, rules in settings.services.items()
                for rule in rules
            ),
        ),
        exemptions=tuple(each for one in stored if one not in ended for each in _placed(one, around.links)),
        sinkhole_ipv4=settings.sinkhole_ipv4,
        sinkhole_ipv6=settings.sinkhole_ipv6,
        denied_ttl=settings.ttl.denied,
        permitted_ttl=settings.ttl.permitted,
        signals_in_monitor=settings.bypass.signals_in_monitor,
    )


def _placed(exemption: Exemption, links: Sequence[str]) -> Iterator[Exemption]:
    """An exemption with the networks that `own-links` stands for now: one for each."""
    if exemption.who == OWN_LINKS:
        yield from (replace(exemption, who=None, network=link) for link in links)
    else:
        yield exemption


def all_rows(settings: Settings) -> list[Row]:
    """All rows at once; of a long list that is hundreds of megabytes."""
    return list(each_row(settings, look_around(settings), []))


def each_row(settings: Settings, around: Surroundings, reads: list[ListRead]) -> Iterator[Row]:
    """Every listed name with its provenance: shipped, the site's own, and the last good copies of remote lists.

    What was read of the site's lists and of those by URL is put to `reads`, each at its end. Raises `BadInput` for a
    list that cannot be used, when its turn comes.
    """
    yield from shipped(settings, _set_on(settings)).rows
    yield from _site_rows(settings, around, reads)
    for listed in settings.lists:
        yield from remote_rows(settings, listed, open_to(settings, around, listed.category), reads)


def site_rows(settings: Settings) -> list[Row]:
    """The site's own names. Raises `BadInput` for a file that is named after no category."""
    return list(_site_rows(settings, look_around(settings), []))


def _site_rows(settings: Settings, around: Surroundings, reads: list[ListRead]) -> Iterator[Row]:
    known = {category.name: category for category in settings.all_categories}
    files = [each for each in around.site_files if each.suffix == ".txt"]
    for path in files:
        if path.stem not in known:
            said = Message(
                "there is no category {name!r}; there are: {known}",
                name=path.stem,
                known=", ".join(sorted(known)),
            )
            raise BadInput(did_you_mean(said, path.stem, known), file=path)
    for path in files:
        is_closing = closes(known[path.stem])
        open_names = never_close(settings, around) if is_closing else NOTHING
        tail, tails = open_names.tail, open_names.tails
        above = registry_suffixes().above if is_closing else frozenset()
        names, examples = 0, list[str]()
        for row in read_site([path], to_ascii):
            names += 1
            name, exact, *_ = row[0]
            if name[1 + name[0] :] in above:
                _refuse_suffix(row[0], path)
            if name[-tail:] in tails and len(examples) < MAX_EXAMPLES:
                reason = open_names.why(name, exact)
                examples += [f"{to_text(name)} ({reason})"] if reason else []
            yield row
        reads.append(ListRead(f"site:{path.name}", names, 0, 0, 0, 0, tuple(examples)))


def _refuse_suffix(entry: Entry, path: Path) -> None:
    """Raise `BadInput` for a name that would close a whole registry."""
    if entry.name in registry_suffixes() and not entry.exact:
        raise BadInput(
            "{text} is a public suffix: everybody's names below it would be meant",
            file=path,
            line=entry.line,
            text=to_text(entry.name),
        )


def list_cache(settings: Settings) -> Path:
    """Where the last good copies of remote lists are kept."""
    return settings.state_dir / CACHE


def remote_source(listed: ListSettings) -> RemoteList:
    """A configured list as it is fetched and kept."""
    limits = Limits(allow_private=listed.allow_private)
    share = listed.max_unusable / 100
    return RemoteList(listed.name, listed.url, listed.category, listed.format, limits, share)


def open_to(settings: Settings, around: Surroundings, category: str) -> NeverClose:
    """What lists by URL of a category may not close; nothing where the category closes nothing. Raises `BadInput`."""
    found = next((one for one in settings.all_categories if one.name == category), None)
    return never_close(settings, around) if found is not None and closes(found) else NOTHING


def remote_list(listed: ListSettings) -> str:
    """What the tags of a remote list's names call it."""
    return remote_source(listed).tag


def remote_rows(
    settings: Settings, listed: ListSettings, open_names: NeverClose, reads: list[ListRead]
) -> Iterator[Row]:
    """The names of the last good copy; none before the first fetch. What was read is put to `reads` at the end.

    Raises `BadInput` for a damaged copy."""
    tag = Tag(listed.category, listed.service_id, remote_list(listed))
    for entry in cached_entries(remote_source(listed), list_cache(settings), open_names, reads):
        yield entry, tag


def services(settings: Settings) -> list[Service]:
    """The catalogue: shipped services, then each remote list's."""
    remote = [Service(one.category, one.service_id, one.name, remote_list(one)) for one in settings.lists]
    return [*shipped(settings, _set_on(settings)).services, *remote]


def _set_on(settings: Settings) -> Collection[str]:
    """Services that a rule of a command switches on."""
    return {one.rule.service for one in service_rules_store.load(settings.state_dir)}


def shipped(settings: Settings, set_on: Collection[str] = ()) -> Zones:
    """The lists that ship, with the optional ones that the configuration or else `set_on` switches on.

    Raises `BadInput` for an unknown one of the configuration.
    """
    zones = read_zones(shipped_zones(), {*settings.services_on, *set_on})
    known = {one.id for one in zones.services}
    for place, name in enumerate(settings.optional_services):
        if name not in known:
            said = did_you_mean(Message("there is no service {name!r}", name=name), name, known)
            raise settings.bad(said, "optional_services", place)
    known |= {one.service_id for one in settings.lists}
    for name in settings.services:
        if name not in known:
            said = did_you_mean(Message("there is no service {name!r}", name=name), name, known)
            raise settings.bad(said, "services", name)
    return zones


@contextmanager
def temporary_directory(assembly: Assembly) -> Iterator[Path]:
    """The policy of an assembly, compiled in a temporary directory or, where there is no room for one, in the state
    directory, as a start would. Raises `BadInput`, `OSError`."""
    with ExitStack() as stack:
        try:
            directory = _compiled(assembly, stack, None)
        except OSError as error:
            try:
                directory = _compiled(assembly, stack, assembly.state_dir)
            except OSError:
                raise error from None
        yield directory


@contextmanager
def temporary_snapshot(assembly: Assembly) -> Iterator[Snapshot]:
    """The same, loaded. Raises `BadInput`, `OSError`."""
    with temporary_directory(assembly) as directory:
        loaded = snapshot.load(directory)
        try:
            yield loaded
        finally:
            loaded.names.close()


def _compiled(assembly: Assembly, stack: ExitStack, parent: Path | None) -> Path:
    directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".sm-dns-", dir=parent)))
    write_index(directory / snapshot.NAMES_FILE, assembly.rows())
    snapshot.write(directory, assembly.document.numbered(0))
    return directory
