"""A scenario as its file says it: what the rules are, what upstreams know, who asks what when, what is answered."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

GENERAL = "192.0.2.1"
"""The address of the upstream for whatever has no route."""

TROUBLES = ("silence", "unreachable", "SERVFAIL", "REFUSED", "lie", "loop")
OPTIONS = {"NSID": (3, b""), "EDE": (15, b"\0\0")}
"""Numbers and octets of the EDNS options that a client may send."""

FLAGS = ("AA", "AD", "CD", "DO", "RA", "RD", "TC")

_RECORD = re.compile(r"\S+ (<=)?\d+ [A-Z]+\d* \S", re.ASCII)

Made = TypeVar("Made")


class Misspelt(ValueError):
    """A scenario file that cannot be meant so."""


@dataclass(frozen=True)
class Exempt:
    """An exemption; its times are local. `days` and `between`: its hours of the week, as the command takes them."""

    starts: str
    expires: str
    group: str | None = None
    network: str | None = None
    category: str | None = None
    service: str | None = None
    days: str | None = None
    between: str | None = None


@dataclass(frozen=True)
class Upstream:
    """What a server answers: its zone, and by name the trouble it makes. `validated`: its answers have AD."""

    address: str = GENERAL
    zone: str = ""
    trouble: Mapping[str, str] = field(default_factory=dict)
    validated: bool = False


@dataclass(frozen=True)
class Question:
    """Who asks what, and what must come back; `README.md` tells each key."""

    name: str
    type: str = "A"
    klass: str = "IN"
    client: str = "127.0.0.1"
    over: str = "udp"
    id: int | None = None
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    rcode: str = "NOERROR"
    answers: tuple[str, ...] = ()
    authority: tuple[str, ...] | None = None
    ede: tuple[int, ...] = ()
    says: str | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    asked: int | None = None
    nsid: str | None = None


@dataclass(frozen=True)
class Step:
    """What is asked at one moment: `at` in local time, or so many seconds `after` the step before."""

    questions: tuple[Question, ...]
    at: str | None = None
    after: float | None = None
    upstreams: tuple[Upstream, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A whole file. `real`: the service itself is asked too, started anew for each step."""

    title: str
    steps: tuple[Step, ...]
    policy: str = ""
    zone: str = "Asia/Kuala_Lumpur"
    files: Mapping[str, str] = field(default_factory=dict)
    exemptions: tuple[Exempt, ...] = ()
    upstreams: tuple[Upstream, ...] = (Upstream(),)
    real: bool = False


_KEYS = {
    "class": "klass",
    "exempt": "exemptions",
    "upstream": "upstreams",
    "step": "steps",
    "ask": "questions",
}
_PARTS: dict[str, type[Any]] = {
    "exemptions": Exempt,
    "upstreams": Upstream,
    "steps": Step,
    "questions": Question,
}


def read(path: Path) -> Scenario:
    """A scenario's file. Raises `Misspelt` with its name for what it does not know."""
    try:
        scenario = _made(Scenario, tomllib.loads(path.read_text(encoding="utf-8")), "")
        _check(scenario)
    except (ValueError, TypeError) as error:
        raise Misspelt(f"{path.name}: {error}") from error
    return scenario


def _made(kind: type[Made], given: Mapping[str, Any], where: str) -> Made:
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in given.items():
        name = _KEYS.get(key, key)
        if name not in known or (key in _KEYS.values() and key not in _KEYS):
            raise Misspelt(f"unknown key {key!r} in {where or 'the file'}")
        values[name] = _value(name, str(known[name].type), value, f"{where}{key}")
    for name, each in known.items():
        if name not in values and each.default is MISSING and each.default_factory is MISSING:
            raise Misspelt(f"{name!r} is missing in {where or 'the file'}")
    return kind(**values)


def _value(name: str, kind: str, value: Any, where: str) -> Any:
    part = _PARTS.get(name)
    if part is not None:
        return tuple(_made(part, one, f"{where}[{at}].") for at, one in enumerate(value, 1))
    wanted = next(known for known in _TYPES if kind.startswith(known))
    if not isinstance(value, _TYPES[wanted]) or (isinstance(value, bool) and wanted != "bool"):
        raise Misspelt(f"{where} is not a {wanted}: {value!r}")
    return tuple(value) if isinstance(value, list) else value


_TYPES: dict[str, type[Any] | tuple[type[Any], ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "tuple": list,
    "Mapping": dict,
}


def _check(scenario: Scenario) -> None:
    if not scenario.steps or not all(step.questions for step in scenario.steps):
        raise Misspelt("a step without a question shows nothing")
    for number, step in enumerate(scenario.steps, 1):
        if (step.at is None) is (step.after is None) or (number == 1 and step.at is None):
            raise Misspelt(f"step[{number}] needs `at` or, behind another, `after`")
        for question in step.questions:
            _known(question.options, OPTIONS)
            _known((question.over,), ("udp", "tcp"))
            _check_values(question)
            _known((*question.flags, *question.has, *question.lacks), FLAGS)
    for upstream in (*scenario.upstreams, *(one for step in scenario.steps for one in step.upstreams)):
        _known(upstream.trouble.values(), TROUBLES)
    if scenario.real:
        _check_real(scenario)


def _check_real(scenario: Scenario) -> None:
    """The service is started anew for each step, asks one upstream, and is asked from this host."""
    if any(step.after is not None or step.upstreams for step in scenario.steps):
        raise Misspelt("`real` starts the service anew for each step: give `at`, and no upstream of a step")
    if [one.address for one in scenario.upstreams] != [GENERAL]:
        raise Misspelt(f"`real` has the one upstream {GENERAL}")
    if "unreachable" in scenario.upstreams[0].trouble.values():
        raise Misspelt("`real` cannot make an upstream unreachable")
    clients = {question.client for step in scenario.steps for question in step.questions}
    if not all(client.startswith("127.") for client in clients):
        raise Misspelt("`real` has clients of 127.0.0.0/8 alone")


def _check_values(question: Question) -> None:
    if not all(isinstance(one, int) for one in question.ede):
        raise Misspelt(f"ede is not a list of whole numbers: {list(question.ede)}")
    for line in (*question.answers, *(question.authority or ())):
        if not _RECORD.match(line):
            raise Misspelt(f"{line!r} has neither a TTL nor a bound of it (<=TTL) behind its owner")


def _known(words: Iterable[str], known: Iterable[str]) -> None:
    unknown = set(words) - set(known)
    if unknown:
        raise Misspelt(f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}")
