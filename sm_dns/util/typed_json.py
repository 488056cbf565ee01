"""Values of declared types as JSON and back, whole and strictly: what one process writes, another reads or refuses.

A key that is missing or unknown, or a value of another type, is an error that names its path: nothing gets a default
on the way. Types are dataclasses (objects), tuples (lists), dicts, frozensets (sorted lists), `X | None`, bool, int,
float, str, bytes (hex) and `Path`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import below, wrong

T = TypeVar("T")


def to_json(value: object) -> Any:
    """What `json.dumps` takes of a value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key): to_json(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_json(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value


def from_json(kind: type[T], value: object, path: str = "") -> T:
    """The value of a type that JSON holds. Raises `BadInput` with the path of what is wrong."""
    found: T = _read(kind, value, path)
    return found


def _key(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)


def _read(kind: Any, value: object, path: str) -> Any:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(_other_than_none(parts), value, path)
    if origin is tuple:
        return _read_tuple(parts, value, path)
    if origin is frozenset:
        return frozenset(_read_tuple((parts[0], ...), value, path))
    if origin is dict:
        return _read_dict(parts[0], parts[1], value, path)
    if is_dataclass(kind):
        return _read_fields(kind, value, path)
    return _read_plain(kind, value, path)


def _other_than_none(parts: tuple[Any, ...]) -> Any:
    (kind,) = (part for part in parts if part is not type(None))
    return kind


def _read_tuple(parts: tuple[Any, ...], value: object, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise wrong(path, "a list", value)
    if parts[-1] is Ellipsis:
        parts = parts[:1] * len(value)
    if len(value) != len(parts):
        raise wrong(path, f"a list of {len(parts)}", value)
    pairs = zip(parts, value, strict=True)
    return tuple(_read(part, item, below(path, at)) for at, (part, item) in enumerate(pairs))


def _read_dict(key: Any, item: Any, value: object, path: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise wrong(path, "a mapping", value)
    return {
        _read_plain(key, each, path): _read(item, what, below(path, each)) for each, what in value.items()
    }


def _read_fields(kind: Any, value: object, path: str) -> Any:
    if not isinstance(value, dict):
        raise wrong(path, "a mapping", value)
    kinds = typing.get_type_hints(kind)
    named = [field.name for field in fields(kind)]
    for key in named:
        if key not in value:
            raise BadInput(f"{below(path, key)}: missing")
    for key in value:
        if key not in named:
            raise BadInput(f"{below(path, str(key))}: unknown key")
    return kind(**{key: _read(kinds[key], value[key], below(path, key)) for key in named})


def _read_plain(kind: Any, value: object, path: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is bytes or kind is Path:
        return _read_text(kind, value, path)
    if kind is Any or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
        return value
    raise wrong(path, kind.__name__, value)


def _read_text(kind: Any, value: object, path: str) -> bytes | Path:
    if not isinstance(value, str):
        raise wrong(path, "text", value)
    try:
        return bytes.fromhex(value) if kind is bytes else Path(value)
    except ValueError as error:
        raise wrong(path, "hex", value) from error
