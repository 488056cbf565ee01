"""Values of declared types as JSON and back, whole and strictly: what one process writes, another reads or refuses.

A key that is missing or unknown, or a value of another type, is an error that names its path: nothing gets a default
on the way. Types are dataclasses (objects), tuples and named tuples (lists), dicts, frozensets (sorted lists),
`X | None`, `Literal` words, `Message`, bool, int, float, str, bytes (hex) and `Path`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.strict_json import below, wrong

T = TypeVar("T")
Reader = Callable[[object], Any]
"""Takes what JSON holds, gives the value, or raises `_Refused`."""


class _Refused(Exception):
    """What is wrong, made of its path, which grows from the inside outwards."""

    def __init__(self, made_of: Callable[[str], BadInput], *way: str | int) -> None:
        self.made_of = made_of
        self.way = list(way)

    def inside(self, key: str | int) -> _Refused:
        self.way.append(key)
        return self

    def told(self, path: str) -> BadInput:
        for key in reversed(self.way):
            path = below(path, key)
        return self.made_of(path)


def to_json(value: object, said: Callable[[Message], Any] | None = None) -> Any:
    """What `json.dumps` takes of a value. `said`: what stands for a message, where not its key and values."""
    if isinstance(value, Message):
        return said(value) if said else {"text": value.template, "values": to_json(value.values)}
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple | list):
        return [to_json(item, said) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(to_json(item, said) for item in value)
    if isinstance(value, dict):
        return {_key(key): to_json(item, said) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name), said) for field in fields(value)}
    raise TypeError(f"no JSON stands for {value!r}")


def from_json(kind: type[T], value: object, path: str = "") -> T:
    """The value of a type that JSON holds. Raises `BadInput` with the path of what is wrong."""
    try:
        found: T = _reader(cast("Any", kind))(value)
    except _Refused as refused:
        raise refused.told(path) from None
    return found


def _key(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)


@cache
def _reader(kind: Any) -> Reader:
    """What reads values of a type: made once, for a pull of counts has tens of thousands of them."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _perhaps(_reader(_other_than_none(parts)))
    if origin is tuple:
        is_long = parts[-1] is Ellipsis
        return _many(_reader(parts[0])) if is_long else _some(tuple(map(_reader, parts)), tuple)
    if origin is frozenset:
        return _together(_many(_reader(parts[0])))
    if origin is dict:
        return _mapping(_reader(parts[0]), _reader(parts[1]))
    if kind is Message:
        return _message
    if origin is typing.Literal:
        return _one_of(parts)
    if is_dataclass(kind):
        return _object(kind)
    if isinstance(kind, type) and issubclass(kind, tuple):
        named: Any = kind
        hints = typing.get_type_hints(kind)
        return _some(tuple(_reader(hints[name]) for name in named._fields), named._make)
    return _text(kind) if kind is bytes or kind is Path else _plain(kind)


def _other_than_none(parts: tuple[Any, ...]) -> Any:
    (kind,) = (part for part in parts if part is not type(None))
    return kind


def _refused(expected: str | Message, value: object) -> _Refused:
    return _Refused(lambda path: wrong(path, expected, value))


def _perhaps(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def _many(reader: Reader) -> Reader:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _refused("a list", value)
        found: list[Any] = []
        try:
            for item in value:
                found.append(reader(item))  # noqa: PERF401 (its length tells which one is refused)
        except _Refused as refused:
            raise refused.inside(len(found)) from None
        return tuple(found)

    return read


def _some(readers: tuple[Reader, ...], make: Callable[[list[Any]], Any]) -> Reader:
    def read(value: object) -> Any:
        if not isinstance(value, list):
            raise _refused("a list", value)
        if len(value) != len(readers):
            raise _refused(Message("a list of {count}", count=len(readers)), value)
        found: list[Any] = []
        try:
            for reader, item in zip(readers, value, strict=True):
                found.append(reader(item))
        except _Refused as refused:
            raise refused.inside(len(found)) from None
        return make(found)

    return read


def _together(reader: Reader) -> Reader:
    return lambda value: frozenset(reader(value))


def _mapping(key_reader: Reader, reader: Reader) -> Reader:
    def read(value: object) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise _refused("a mapping", value)
        return {key_reader(key): _item(reader, item, key) for key, item in value.items()}

    return read


def _item(reader: Reader, item: object, key: str) -> Any:
    try:
        return reader(item)
    except _Refused as refused:
        raise refused.inside(key) from None


def _one_of(words: tuple[Any, ...]) -> Reader:
    def read(value: object) -> Any:
        if value not in words:
            raise _refused(Message("one of {words}", words=", ".join(map(str, words))), value)
        return value

    return read


def _object(kind: Any) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(value: object) -> Any:
        if not isinstance(value, dict):
            raise _refused("a mapping", value)
        for key in readers:
            if key not in value:
                raise _Refused(lambda path: BadInput("{path}: missing", path=path), key)
        for key in value:
            if key not in readers:
                raise _Refused(lambda path: BadInput("{path}: unknown key", path=path), str(key))
        return kind(**{key: _item(reader, value[key], key) for key, reader in readers.items()})

    return read


def _message(value: object) -> Message:
    """A sentence and its values, as `to_json` writes them."""
    if not isinstance(value, dict) or value.keys() != {"text", "values"}:
        raise _refused("a message", value)
    text, values = value["text"], value["values"]
    if not isinstance(text, str) or not isinstance(values, dict):
        raise _refused("a message", value)
    found = Message(text, **{str(name): _message_value(each) for name, each in values.items()})
    try:
        str(found)
    except (LookupError, ValueError, TypeError) as error:
        raise _refused("a message with its values", value) from error
    return found


def _message_value(value: object) -> object:
    if isinstance(value, str | int | float):
        return value
    return _message(value)


def _plain(kind: Any) -> Reader:
    def read(value: object) -> Any:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if kind is Any or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
            return value
        raise _refused(kind.__name__, value)

    return read


def _text(kind: Any) -> Reader:
    def read(value: object) -> Any:
        if not isinstance(value, str):
            raise _refused("text", value)
        try:
            return bytes.fromhex(value) if kind is bytes else Path(value)
        except ValueError as error:
            raise _refused("hex", value) from error

    return read
