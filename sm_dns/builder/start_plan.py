"""What a start would do without, found before it: the parts and addresses that cannot be had on this host now."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator

from sm_dns.builder.optional_parts import optional_parts
from sm_dns.generation.directory import GENERATIONS
from sm_dns.listen.addresses import nobody_asks_at
from sm_dns.listen.listeners import (
    Place,
    Sockets,
    close_all,
    dns_places,
    open_place,
    text,
    wildcard_of,
)
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import system_reason

FIRST_FREE_PORT = 1024  # ports below are for root, or for a service that was given them
TRIAL_OCTETS = 128 << 10  # a generation of the shipped lists and a record of the audit


def part_findings(settings: Settings) -> Iterator[Finding]:
    """The parts that this user could not use, and a state directory that it could not write into."""
    for part, reason in optional_parts(settings).left_out.items():
        yield finding("error", "{part} would be left out: {reason}", part=part, reason=reason)
    folder = settings.state_dir / GENERATIONS
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as trial:
            trial.write(bytes(TRIAL_OCTETS))
    except OSError as error:
        yield finding(
            "error",
            "state_dir would be left out: {there}: {reason}",
            there=there,
            reason=system_reason(error),
        )


def address_findings(
    settings: Settings, held: Collection[str], left_out: Collection[str] = ()
) -> Iterator[Finding]:
    """The addresses that could not be had.

    `held` are those of the server that is running, and `left_out` the parts it does without, as its status has them.
    """
    unknown = []
    missing: set[Place] = set()
    opened: dict[
        Place, list[Sockets]
    ] = {}  # all at once, as in a start: two of them may be in each other's way
    try:
        for place in sorted(places(settings), key=lambda place: place != wildcard_of(place)):
            is_held = any(text((place.address, place.port)) in each for each in held)
            if not place.port or wildcard_of(place) in opened or (is_held and str(place) not in left_out):
                continue
            if place.kind == "tcp" and place._replace(kind="listen") in missing:
                continue  # it is the whole address that is missing
            if place.port < FIRST_FREE_PORT and os.geteuid() != 0:
                unknown += [str(place)] if place.kind != "tcp" else []
                continue
            try:
                opened[place] = open_place(place)
            except BadInput as error:
                missing.add(place)
                if not nobody_asks_at(place, error.reason):
                    yield finding(
                        "error", "{place} would be left out: {reason}", place=place, reason=error.reason
                    )
    finally:
        for sockets in opened.values():
            close_all(sockets)
    if unknown:
        yield finding("note", "not tried without root: {unknown}", unknown=", ".join(unknown))


def places(settings: Settings) -> list[Place]:
    """Everything that is to be listened on."""
    kinds: tuple[tuple[str, tuple[Endpoint, ...]], ...] = (
        ("dot", settings.tls.dot),
        ("doh", settings.tls.doh),
        ("http", settings.portal.listen),
        ("https", settings.portal.https),
        ("web", settings.web.listen),
    )
    others = (Place(kind, each.address, each.port) for kind, endpoints in kinds for each in endpoints)
    return [*dns_places((each.address, each.port) for each in settings.listen), *others]
