"""Every policy that was in force: when, by whom, why, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sm_dns.history.past import Damaged, Held, named
from sm_dns.history.shelf import Shelf
from sm_dns.history.told import VersionTold, policy_lines, told
from sm_dns.util import walltime
from sm_dns.util.errors import about
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 50

FIELDS = (
    Field(
        "since",
        summary="only what was in force from then on: a local date or date-time, 10:12, yesterday 10:12",
    ),
    Field("until", summary="only what was in force before then; a date is meant whole"),
    Field("page", "number", f"0 are the newest {MAX_SHOWN}, 1 those before them"),
)
VERSION_FIELDS = (
    Field(
        "which", summary="its number, or a local time that is past, such as yesterday 10:12", required=True
    ),
)


@dataclass(frozen=True, slots=True)
class WholeVersion:
    """One version with all that it said."""

    version: VersionTold
    policy: Annotated[Mapping[str, Any], says("its document")]
    lines: Annotated[tuple[str, ...], says("the same, a line a row")]


@dataclass(frozen=True, slots=True)
class DamagedVersion:
    """A version that cannot be read."""

    id: int
    reason: Message


@dataclass(frozen=True, slots=True)
class History:
    """Versions of the policy, a page of them."""

    versions: Annotated[tuple[VersionTold, ...], says("newest first")]
    damaged: tuple[DamagedVersion, ...]
    count: Annotated[int, says("versions of that time, on all pages")]
    page: int
    pages: int
    fallen_out: Annotated[int, says("earlier versions that are not kept any more")]


def history(backend: Backend, person: Person, values: Values) -> History:
    """The versions that were in force within a stretch of time, the newest first."""
    zone, now = backend.schedule()[1].zone, backend.now()
    since, until = walltime.stretch(values["since"], values["until"], zone, now)
    every = backend.history()
    found = [one for one in every if isinstance(one, Held) and one.overlaps(since, until)]
    pages = max(1, -(-len(found) // MAX_SHOWN))
    page = min(values["page"] or 0, pages - 1)
    return History(
        versions=tuple(told(one, zone) for one in found[page * MAX_SHOWN : (page + 1) * MAX_SHOWN]),
        damaged=tuple(DamagedVersion(one.id, one.reason) for one in every if isinstance(one, Damaged)),
        count=len(found),
        page=page,
        pages=pages,
        fallen_out=_number(every[-1]) - 1 if every else 0,
    )


def version(backend: Backend, person: Person, values: Values) -> WholeVersion:
    """One version whole. Raises `BadInput` where it is not kept."""
    zone, shelf = backend.schedule()[1].zone, Shelf(backend.state_dir)
    with about("which"):
        one = named(shelf, values["which"], zone, backend.true_now())
    policy = shelf.document(one.version)
    return WholeVersion(told(one, zone), policy, tuple(policy_lines(policy, zone)))


def _number(one: Held | Damaged) -> int:
    return one.version.id if isinstance(one, Held) else one.id
