"""What to do about a finding or an alarm: a page with the thing, a button that mends it, or a command for the server.

Sentences of findings are constants of the source; a remedy is found by how a sentence begins. A test holds that each
beginning is one of a sentence that is said, and which findings have none.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Annotated

from sm_dns.util.message import Message, Value
from sm_dns.util.schema_notes import says

REFRESH = "list-refresh"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What mends it. All but `name` may be empty."""

    name: Annotated[str, says("which; pages have a sentence for each")]
    page: Annotated[str, says("address of the page where the thing is")]
    action: Annotated[str, says("operation of an administrator that mends it")]
    target: Annotated[str, says("what that is done to, its field `name`")]
    command: Annotated[str, says("what to type on the server")]


@dataclass(frozen=True, slots=True)
class _Way:
    """A remedy with places for the values of a sentence, and `config` for the path of the configuration."""

    name: str
    page: str = ""
    action: str = ""
    target: str = ""
    command: str = ""


_CHECK = _Way("check", command="sudo sm-dns check --config {config}")
_SETTINGS = _Way("settings", page="/system", command="sudoedit {config}; sudo sm-dns check --config {config}")
_JOURNAL = _Way("journal", page="/operations", command="journalctl -u sm-dns --since today")
_UPSTREAMS = _Way("upstreams", page="/operations", command="sudo sm-dns check --config {config} --probe")
_VALIDATION = _Way(
    "validation", page="/operations", command="systemctl status sm-dns-unbound; sudo sm-dns nta list"
)
_DISK = _Way("disk", page="/operations", command="df -h; sudo sm-dns check --config {config}")
_CLOCK = _Way("clock", command="timedatectl")
_CERTIFICATE = _Way("certificate", command="sudo sm-dns check --config {config}")
_LIST = _Way("refresh", page="/lists", action=REFRESH, target="{name}")
_LISTS = _Way("lists", page="/lists")
_CALENDAR = _Way("calendar", page="/policy#calendar")
_EXEMPTION = _Way("exemption", page="/policy#exemptions")
_SWITCH = _Way("switch", page="/")
_GROUP = _Way("group", page="/policy")
_ACCOUNT = _Way("account", page="/system#users")
_FLEET = _Way("fleet", page="/system#fleet", command="sudo sm-dns fleet status --config {config}")
_FLEET_AUDIT = _Way("fleet_audit", page="/system#fleet", command="sudo sm-dns fleet verify --config {config}")
_TOKEN = _Way("token", page="/system#tokens")

WAYS: Mapping[str, _Way] = {
    "{path}: the certificate": _CERTIFICATE,
    "not read here, for this server has them from its fleet": _FLEET,
    "the process of the fleet does not run": _JOURNAL,
    "nodes cannot reach this primary": _SETTINGS,
    "the node {name} is not reachable": _FLEET,
    "the node {name} has generation {generation}": _FLEET,
    "the primary of the fleet is not reachable": _FLEET,
    "this server is in no fleet yet": _FLEET,
    "{count} changes were made here alone": _FLEET,
    "the server {name} does not answer by what it took": _FLEET,
    "the audit of {name} was rewritten": _FLEET_AUDIT,
    "calendar {name}": _CALENDAR,
    "list {name!r} was never fetched": _LIST,
    "list {name!r} could not be renewed": _LIST,
    "list {name} kept as it was": _LIST,
    "list {name!r}": _LISTS,
    "{path} lists no name": _LISTS,
    "{path} closes what lists by URL never close": _LISTS,
    "{path} is not read": _LISTS,
    "everything scheduled is open to group {group!r} by exemption": _EXEMPTION,
    "everything scheduled is open to group {group!r} by switch": _SWITCH,
    "exemption {id} is for": _EXEMPTION,
    "the rule for service {service!r}": _Way("service", page="/policy#services"),
    "group {group!r} is": _GROUP,
    "the schedule of group {group!r} is not in force yet": _GROUP,
    "the policy in force since {since} is not in the history": _DISK,
    "the audit could not be written": _DISK,
    "the index of names was damaged": _DISK,
    "a flip could not be recorded": _DISK,
    "ended switches could not be tidied away": _DISK,
    "ended exemptions could not be tidied away": _DISK,
    "monitoring: ": _Way("monitoring", page="/system", command="sudo sm-dns check --config {config}"),
    "report {name!r} was not made": _Way("report", page="/reports"),
    "the head of the audit could not be told": _Way("audit", page="/audit", command="sudo sm-dns audit push"),
    "the questions of {client} are traced": _Way("trace", page="/audit"),
    "worker {number} has no policy to go by": _DISK,
    "worker {number}": _JOURNAL,
    "the portal was started anew": _JOURNAL,
    "the dashboard does not": _JOURNAL,
    "the feeds are not": _JOURNAL,
    "not in the feeds": _GROUP,
    "nobody can log in to the dashboard": _DISK,
    "the administrator {name} gives no code": _ACCOUNT,
    "the token {label!r} of the dashboard": _TOKEN,
    "no upstream": _UPSTREAMS,
    "/etc/resolv.conf": _UPSTREAMS,
    "upstream {address} cannot be asked": _UPSTREAMS,
    "upstream {server} is said to validate DNSSEC": _VALIDATION,
    "whether upstream {server} validates DNSSEC": _VALIDATION,
    "upstream {server} is believed": _SETTINGS,
    "negative trust anchors are not kept": _VALIDATION,
    "unbound is not installed": _VALIDATION,
    "Debian's own unbound.service": _VALIDATION,
    "the key of the root is not there": _VALIDATION,
    "the unit {unit} is not installed": _VALIDATION,
    "there is no user {user}": _VALIDATION,
    "the clock": _CLOCK,
    "workers, state_dir, log or the store changed": _Way("restart", command="sudo systemctl restart sm-dns"),
    "schedule {name!r}": _SETTINGS,
    "schedule {schedule!r}": _SETTINGS,
    "the trusted forwarder {address}": _SETTINGS,
    "everybody in {network} is a trusted forwarder": _SETTINGS,
    "{network} of group {name!r}": _SETTINGS,
    "{inner} of group {name!r}": _SETTINGS,
    "{link} is on this host's own link": _SETTINGS,
    "{text} is named by a rule": _SETTINGS,
    "a rule is for {text}": _SETTINGS,
    "portal.name is not set": _SETTINGS,
    "denied names point to {address}": _SETTINGS,
    "state_dir {state_dir}": _SETTINGS,
    "monitoring is on and no notice says by whom": _SETTINGS,
}
"""By how a sentence begins; where several do, the first holds."""


def remedy(said: Message, config: str) -> Remedy:
    """What to do about what the service says; where nothing better is known, what `check` says of it."""
    way = next((each for begins, each in WAYS.items() if said.template.startswith(begins)), _CHECK)
    values = {**said.values, "config": shlex.quote(config)}
    return Remedy(
        way.name, *(_filled(text, values) for text in (way.page, way.action, way.target, way.command))
    )


def _filled(text: str, values: Mapping[str, Value]) -> str:
    """A text with its values; empty where one of them is not there."""
    wanted = [name for _, name, _, _ in Formatter().parse(text) if name]
    return text.format(**values) if all(name in values for name in wanted) else ""
