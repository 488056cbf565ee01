"""What processes tell each other: of every contract each key is written, wanted when it is read, and of one type.

No type is named twice: whatever a contract consists of is found by its fields.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from sm_dns.generation.service import Service
from sm_dns.generation.web import WebStart
from sm_dns.ipc.children import RefreshedList
from sm_dns.ipc.messages import Messages
from sm_dns.ipc.orders import ANSWERS, ORDERS, PortalStart, WorkerStart
from sm_dns.ipc.requests import REQUESTS
from sm_dns.portal.settings import PortalSettings
from sm_dns.serve.worker_settings import WorkerSettings
from sm_dns.state.transitions import Flip
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json, to_json

CHANNELS: tuple[Messages[Any], ...] = (ORDERS, ANSWERS, REQUESTS)
CONTRACTS: list[type[Any]] = [
    *(kind for channel in CHANNELS for kind in channel.kinds.values()),
    *(request.answer for request in REQUESTS.kinds.values()),
    WorkerStart,
    PortalStart,
    WebStart,
    Service,
    PortalSettings,
    WorkerSettings,
    RefreshedList,
    Flip,
]
Way = tuple[str | int, ...]


def is_perhaps(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def certain(kind: Any) -> Any:
    """The type of a value that is there."""
    return (
        next(each for each in typing.get_args(kind) if each is not type(None)) if is_perhaps(kind) else kind
    )


def parts(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass or a named tuple, by name; none of another type."""
    if not is_dataclass(kind) and not hasattr(kind, "_fields"):
        return {}
    hints = typing.get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    return {name: hints[name] for name in names}


def example(kind: Any) -> Any:
    """A value in which nothing is empty or left out."""
    kind = certain(kind)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if parts(kind):
        return kind(**{name: example(each) for name, each in parts(kind).items()})
    if is_dataclass(kind):
        return kind()  # type: ignore[operator]
    if origin is tuple:
        return (example(inner[0]),) if inner[-1] is Ellipsis else tuple(map(example, inner))
    if origin is frozenset:
        return frozenset((example(inner[0]),))
    if origin is dict:
        return {example(inner[0]): example(inner[1])}
    if origin is typing.Literal:
        return inner[0]
    if kind is Message:
        return Message("{place}: {reason} ({n})", place="/x", reason=Message("no"), n=7)
    return {bool: True, int: 7, float: 0.5, str: "x", bytes: b"\1x\0", Path: Path("/x")}[kind]


def ways(kind: Any, written: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Every place in what is written of a type, with the type of what stands there."""
    yield way, kind
    kind = certain(kind)
    inner = typing.get_args(kind)
    if kind is Message:
        return
    if parts(kind):
        named = written.items() if isinstance(written, dict) else enumerate(written)
        for (key, item), each in zip(named, parts(kind).values(), strict=True):
            yield from ways(each, item, (*way, key))
    elif isinstance(written, dict):
        for key, item in written.items():
            yield from ways(inner[1], item, (*way, key))
    elif isinstance(written, list):
        each = [inner[0]] * len(written) if len(inner) == 1 or inner[-1] is Ellipsis else inner
        for at, item in enumerate(written):
            yield from ways(each[at], item, (*way, at))


def put(written: Any, way: Way, value: object) -> Any:
    """What is written, with another value in one place."""
    if not way:
        return value
    changed = deepcopy(written)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    return changed


def refused(kind: type[Any], written: object) -> str:
    with pytest.raises(BadInput) as caught:
        from_json(kind, written)
    return str(caught.value)


def dataclasses_of(kind: Any) -> set[Any]:
    kind = certain(kind)
    below = [*parts(kind).values(), *typing.get_args(kind)]
    found: set[Any] = set().union(*map(dataclasses_of, below))
    return found | {kind} if is_dataclass(kind) else found


contracts = pytest.mark.parametrize("kind", CONTRACTS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")


@contracts
def test_it_is_written_whole_and_read_back(kind: type[Any]) -> None:
    value = example(kind)
    assert from_json(kind, json.loads(json.dumps(to_json(value)))) == value


@contracts
def test_nothing_of_it_has_a_default_or_may_be_changed(kind: type[Any]) -> None:
    for each in dataclasses_of(kind):
        assert each.__dataclass_params__.frozen, each
        defaults = [
            field.name
            for field in fields(each)
            if field.default is not MISSING or field.default_factory is not MISSING
        ]
        assert defaults == [], each


@contracts
def test_a_key_that_is_missing_or_unknown_is_refused(kind: type[Any]) -> None:
    written = to_json(example(kind))
    for way, there in list(ways(kind, written)):
        if is_dataclass(certain(there)):
            found = written
            for key in way:
                found = found[key]
            assert "unknown key" in refused(kind, put(written, way, {**found, "unheard of": 1}))
            for key in found:
                less = {name: value for name, value in found.items() if name != key}
                assert f"{key}: missing" in refused(kind, put(written, way, less))


@contracts
def test_a_value_of_another_type_is_refused(kind: type[Any]) -> None:
    written = to_json(example(kind))
    for way, there in list(ways(kind, written)):
        for wrong in (True, None, 7.5, [7, {}]):
            is_right = {
                "bool": certain(there) is bool,
                "NoneType": is_perhaps(there),
                "float": certain(there) is float,
                "list": False,
            }[type(wrong).__name__]
            if not is_right:
                refused(kind, put(written, way, wrong))


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_message_goes_over_its_channel_as_it_is(channel: Messages[Any]) -> None:
    assert len(set(channel.kinds.values())) == len(channel.kinds)
    for kind in channel.kinds.values():
        message = example(kind)
        line = channel.line(message)
        assert line.endswith(b"\n") and line.count(b"\n") == 1
        assert channel.read(line) == message


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"[]", b"{}", b"\xff", b'{"command": 7, "event": 7}', b'{"command": "x"}', b"[" * 60_000],
)
def test_what_nobody_says_is_refused(channel: Messages[Any], line: bytes) -> None:
    with pytest.raises(BadInput):
        channel.read(line)
