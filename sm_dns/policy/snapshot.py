"""One generation of policy: immutable, kept as a directory with `policy.json` and `names.idx`.

`policy.json` holds `schedules` (by name, in their JSON form), `groups`, `categories`, `services`, `exemptions`,
`default_schedule`, `sinkhole_ipv4`, `sinkhole_ipv6`, `denied_ttl`, `permitted_ttl`, `signals_in_monitor`,
`generation` and `version`. All but `generation` and `version` may be left out.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sm_dns.lists.entry import Match
from sm_dns.lists.index import NameIndex
from sm_dns.policy import categories, exemptions, groups, service_rules
from sm_dns.policy.categories import Category
from sm_dns.policy.clients.client_table import ClientTable
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.schedule import Schedule
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_atomically
from sm_dns.util.message import system_reason

POLICY_FILE = "policy.json"
NAMES_FILE = "names.idx"

DEFAULTS: Mapping[str, Any] = {
    "schedules": {"default": {}},
    "default_schedule": None,
    "groups": [],
    "categories": [
        {"name": one.name, "action": one.action, "answer": one.answer} for one in categories.SHIPPED
    ],
    "services": [],
    "exemptions": [],
    "sinkhole_ipv4": "0.0.0.0",  # noqa: S104 - an answer, not a place to listen
    "sinkhole_ipv6": "::",
    "denied_ttl": 60,
    "permitted_ttl": 300,
    "signals_in_monitor": False,
}

T = TypeVar("T")


class Names(Protocol):
    """What a decision asks of the lists."""

    def lookup(self, qname: bytes, /) -> tuple[Match, ...]:
        """All listed names that cover a canonical name, the longest first."""

    def __len__(self) -> int:
        """How many different names are listed."""

    def close(self) -> None:
        """Give back what the list holds; it cannot be used afterwards."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that a decision depends on besides the question, the client and the time.

    `categories` are in order of precedence; the time-to-live values are seconds; the sinkhole addresses are text.
    """

    generation: int
    version: str
    schedules: Mapping[str, Schedule]
    clients: ClientTable
    categories: Mapping[str, Category]
    names: Names
    sinkhole_ipv4: str = "0.0.0.0"  # noqa: S104 - an answer, not a place to listen
    sinkhole_ipv6: str = "::"
    denied_ttl: int = 60
    permitted_ttl: int = 300
    signals_in_monitor: bool = False

    def switched(self, switches: Iterable[Switch]) -> Snapshot:
        """The same policy under these switches, over the same names."""
        return replace(self, clients=self.clients.switched(switches))


def from_document(document: object, names: Names) -> Snapshot:
    """The snapshot that a policy document describes; raises `BadInput` that names the key at fault."""
    given = strict_json.mapping(document, "", (*DEFAULTS, "generation", "version"))
    value = {**DEFAULTS, **given}
    schedules = {
        name: Schedule.from_json(item, f"schedules.{name}")
        for name, item in strict_json.mapping(value["schedules"], "schedules").items()
    }
    listed_groups = _each(value["groups"], "groups", groups.from_json)
    default_schedule = value["default_schedule"]
    if default_schedule is None:
        default_schedule = _default_schedule(schedules)
    clients = ClientTable(
        listed_groups,
        _each(value["exemptions"], "exemptions", exemptions.from_json),
        _each(value["services"], "services", service_rules.from_json),
        strict_json.text(default_schedule, "default_schedule"),
    )
    for group in clients.groups.values():
        if group.schedule not in schedules:
            raise BadInput(
                "group {name!r}: no schedule is named {schedule!r}", name=group.name, schedule=group.schedule
            )
    return Snapshot(
        generation=strict_json.whole(value.get("generation", 0), "generation"),
        version=strict_json.text(value.get("version", "unversioned"), "version"),
        schedules=schedules,
        clients=clients,
        categories=categories.by_precedence(_each(value["categories"], "categories", categories.from_json)),
        names=names,
        sinkhole_ipv4=_ip(value["sinkhole_ipv4"], "sinkhole_ipv4", ipaddress.IPv4Address),
        sinkhole_ipv6=_ip(value["sinkhole_ipv6"], "sinkhole_ipv6", ipaddress.IPv6Address),
        denied_ttl=strict_json.whole(value["denied_ttl"], "denied_ttl"),
        permitted_ttl=strict_json.whole(value["permitted_ttl"], "permitted_ttl"),
        signals_in_monitor=strict_json.truth(value["signals_in_monitor"], "signals_in_monitor"),
    )


def without_names(document: object) -> Snapshot:
    """The same over no names at all: for what groups and schedules say. Raises `BadInput`."""
    return from_document(document, _NoNames())


def write(directory: Path, document: Mapping[str, Any]) -> str:
    """Write a policy beside the index of its names, which is there already, and return its version.

    `document` is checked first. The version is a hash over all but its `generation`, so the same policy and lists
    have the same version. `policy.json` comes last: a directory without it is not whole.
    Raises `BadInput` for a bad document, `OSError` when the disk refuses.
    """
    whole = {key: value for key, value in document.items() if key != "version"}
    checked = without_names(whole)
    # Sorting the keys loses the order of the schedules, which may have said which is the default.
    whole["default_schedule"] = checked.clients.default.schedule
    policy = {key: value for key, value in whole.items() if key != "generation"}
    version = _version(_canonical(policy), directory / NAMES_FILE)
    write_atomically(directory / POLICY_FILE, [_canonical({**whole, "version": version})])
    return version


def _document(path: Path) -> Any:
    """What the file of a policy holds. Raises `BadInput` with the file where it is missing or damaged."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise BadInput("cannot be read: {reason}", file=path, reason=system_reason(error)) from error
    except ValueError as error:
        raise BadInput("not a policy: {reason}", file=path, reason=error) from error


def load_without_names(directory: Path) -> Snapshot:
    """The policy of a generation, for who asks for no name. Raises `BadInput`."""
    return without_names(_document(directory / POLICY_FILE))


def load(directory: Path) -> Snapshot:
    """Open a generation; raises `BadInput` with the file when it is missing, damaged or not understood."""
    path = directory / POLICY_FILE
    document = _document(path)
    names = NameIndex.open(directory / NAMES_FILE)
    try:
        return from_document(document, names)
    except BadInput as error:
        names.close()
        raise BadInput(error.reason, file=path) from error


class _NoNames:
    def lookup(self, qname: bytes, /) -> tuple[Match, ...]:
        return ()

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        pass


def _default_schedule(schedules: Mapping[str, object]) -> str:
    """The schedule of private clients that are in no group: the one named "default", else the first."""
    return groups.DEFAULT if groups.DEFAULT in schedules else next(iter(schedules), groups.DEFAULT)


def _each(value: object, path: str, read: Callable[[object, str], T]) -> list[T]:
    return [
        read(item, strict_json.below(path, at)) for at, item in enumerate(strict_json.sequence(value, path))
    ]


def _ip(value: object, path: str, kind: Callable[[str], object]) -> str:
    text = strict_json.text(value, path)
    try:
        return str(kind(text))
    except ValueError as error:
        raise BadInput("{path}: {reason}", path=path, reason=error) from None


def _canonical(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _version(policy: bytes, names: Path) -> str:
    digest = blake2b(policy, digest_size=6)
    with names.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
