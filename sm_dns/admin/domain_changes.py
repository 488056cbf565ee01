"""Names put on and taken off the site's own lists, as the commands and the dashboard do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin import site_lists
from sm_dns.admin.domain_names import check_not_public_suffix, normalise
from sm_dns.admin.known_names import known_category
from sm_dns.admin.policy_document import all_rows, open_to, site_rows
from sm_dns.admin.site_lists import Placing
from sm_dns.admin.surroundings import look_around
from sm_dns.dns import names
from sm_dns.lists.entry import Match
from sm_dns.settings.settings import Settings
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import says


@dataclass(frozen=True, slots=True)
class Listed:
    """Where a listed name stands."""

    category: str
    service: str
    list: str
    line: int
    listed: Annotated[str, says("the name as its list has it")]
    exact: Annotated[bool, says("that name alone, nothing below it")]


def add(
    settings: Settings,
    category: str,
    wanted: Sequence[str],
    *,
    whole_suffix: bool,
    force: bool,
    why: str,
    trail: Trail,
) -> list[Placing]:
    """Put names, and everything below them, into a category: all of them, or none where one cannot be used.

    A name that the category covers already is not written. `force`: names that stay open otherwise are closed too,
    for a reason. Raises `BadInput`.
    """
    known_category(settings, category)
    asked = list(dict.fromkeys(normalise(text) for text in wanted))
    for name in asked:
        check_not_public_suffix(name, allow_private=whole_suffix)
    forced = _kept_open(settings, category, asked)
    if forced and not force:
        first, reason = next(iter(forced.items()))
        raise BadInput(
            "{name} stays open ({why}): much else would stop with it (if that is meant: --force)",
            name=first,
            why=reason,
        )
    if forced and not why.strip():
        raise BadInput("{name} stays open otherwise: --force needs a --reason", name=next(iter(forced)))
    placings = site_lists.place(all_rows(settings), category, asked)
    new = [placing.name for placing in placings if placing.covered is None]
    if new:
        texts = [names.to_text(name) for name in new]
        with trail.turn() as turn:
            turn.change(
                "domains add",
                " ".join(texts),
                why=why,
                detail={"category": category, "added": texts} | ({"forced": list(forced)} if forced else {}),
                files=[site_lists.added(settings.zones_dir, category, new)],
            )
    return placings


def remove(
    settings: Settings, category: str, unwanted: Sequence[str], *, why: str, trail: Trail
) -> list[str]:
    """Take names off the site's own list of a category: all of them, or none where one is not on it.

    Returns the names. Raises `BadInput`.
    """
    known_category(settings, category)
    gone = list(dict.fromkeys(normalise(text) for text in unwanted))
    texts = [names.to_text(name) for name in gone]
    with trail.turn() as turn:
        _check_listed(settings, category, gone)
        file, lines = site_lists.removed(settings.zones_dir, category, gone)
        detail = {"category": category, "removed": lines}
        turn.change("domains remove", " ".join(texts), why=why, detail=detail, files=[file])
    return texts


def _kept_open(settings: Settings, category: str, asked: Sequence[bytes]) -> dict[str, str]:
    """Those of the names that stay open, each with what wants it so."""
    open_names = open_to(settings, look_around(settings), category)
    reasons = {names.to_text(name): open_names.why(name, exact=False) for name in asked}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _check_listed(settings: Settings, category: str, gone: Sequence[bytes]) -> None:
    own = {entry.name for entry, tag in site_rows(settings) if tag.category == category}
    for name in gone:
        if name in own:
            continue
        reason = Message(
            "{name} is not on the site's own list of {category}",
            name=names.to_text(name),
            category=category,
        )
        others = [
            match for match in site_lists.find(all_rows(settings), name) if match.tag.category == category
        ]
        if others:
            also = Message(
                "it is on {place}: to except it, add it to the category allow", place=place(others[0])
            )
            reason = Message("{reason}; {also}", reason=reason, also=also)
        raise BadInput(reason)


def described(match: Match) -> Listed:
    """Where a listed name stands, as text."""
    return Listed(
        category=match.tag.category,
        service=match.tag.service,
        list=match.tag.list,
        line=match.line,
        listed=names.to_text(match.name),
        exact=match.exact,
    )


def place(match: Match) -> str:
    """The same in words."""
    listed = f"{'full:' if match.exact else ''}{names.to_text(match.name)}"
    where = f"{match.tag.list}:{match.line}" if match.line else match.tag.list
    return f"{match.tag.category}, by {listed} in {where}"
