"""Strict readers of JSON values: the value in its own type, or `BadInput` that names the path of the key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, message
from sm_dns.util.walltime import DAY_MINUTES

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
"""What `json.dumps` takes: for what is written and has no form of its own, as the details of an audit record."""

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_DAY_END = "24:00"
_WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Span(NamedTuple):
    """Minutes of one local day, half-open: `start` belongs to it, `end` does not."""

    start: int
    end: int


def below(path: str, key: str | int) -> str:
    """The path of a key or a list item inside the value at `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def wrong(path: str, expected: str | Message, value: object) -> BadInput:
    """The error for a value that is not what its key takes."""
    return BadInput(
        "{path}: expected {expected}, got {value}",
        path=path or "value",
        expected=message(expected, {}),
        value=repr(value),
    )


def mapping(value: object, path: str, known: Collection[str] | None = None) -> dict[str, Any]:
    """A mapping with text keys; with `known`, a key outside it is refused. The caller reads what it holds."""
    if not isinstance(value, dict):
        raise wrong(path, "a mapping", value)
    for key in value:
        if not isinstance(key, str):
            raise wrong(path, "text keys", key)
        if known is not None and key not in known:
            raise BadInput(
                "{path}: unknown key; known are {known}",
                path=below(path, key),
                known=", ".join(sorted(known)),
            )
    return value


def sequence(value: object, path: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise wrong(path, "a list", value)
    return value


def text(value: object, path: str) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value:
        raise wrong(path, "text", value)
    return value


def choice(value: object, path: str, options: Collection[str]) -> str:
    """One of the words in `options`."""
    if not isinstance(value, str) or value not in options:
        raise wrong(path, Message("one of {options}", options=", ".join(options)), value)
    return value


def whole(value: object, path: str, *, least: int = 0) -> int:
    """A whole number, `least` or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise wrong(path, Message("a whole number from {least}", least=least), value)
    return value


def truth(value: object, path: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong(path, "true or false", value)
    return value


def clock(value: object, path: str) -> int:
    """Minutes after midnight of a time "HH:MM" or "H:MM", 00:00 to 23:59."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong(path, 'a time "HH:MM" from 00:00 to 23:59', value)
    return int(found[1]) * 60 + int(found[2])


def end_clock(value: object, path: str) -> int:
    """The same of a time at which something ends: 24:00 is the end of the day."""
    return DAY_MINUTES if value == _DAY_END else clock(value, path)


def span(value: object, path: str) -> Span:
    """A two-item list of times, the first before the second, which may be 24:00."""
    items = sequence(value, path)
    if len(items) != 2:
        raise wrong(path, "two times, [start, end]", value)
    start, end = clock(items[0], below(path, 0)), end_clock(items[1], below(path, 1))
    if start >= end:
        raise BadInput(
            "{path}: starts at {start}, which is not before its end, {end}",
            path=path,
            start=items[0],
            end=items[1],
        )
    return Span(start, end)


def spans(value: object, path: str) -> tuple[Span, ...]:
    """One span, or a list of several that do not overlap, in the order of the day; none for an empty list."""
    items = sequence(value, path)
    if items and not isinstance(items[0], list):
        return (span(items, path),)
    found = sorted(span(item, below(path, at)) for at, item in enumerate(items))
    for one, other in pairwise(found):
        if other.start < one.end:
            raise BadInput("{path}: two of its times overlap", path=path)
    return tuple(found)


def weekday(value: object, path: str) -> int:
    """0 for MON to 6 for SUN, in any case, short or whole: "sat", "Saturday"."""
    if isinstance(value, str):
        for number, (short, whole) in enumerate(zip(WEEKDAYS, _WEEKDAY_NAMES, strict=True)):
            if value.upper() in (short, whole.upper()):
                return number
    return WEEKDAYS.index(choice(value, path, WEEKDAYS))


def weekdays(value: object, path: str) -> tuple[int, ...]:
    """One weekday, or several that follow each other: "TUE-THU", and over the end of the week "FRI-MON"."""
    first, dash, last = value.partition("-") if isinstance(value, str) else (value, "", "")
    start = weekday(first.strip() if isinstance(first, str) else first, path)
    end = weekday(last.strip(), path) if dash else start
    return tuple((start + at) % len(WEEKDAYS) for at in range((end - start) % len(WEEKDAYS) + 1))


def day(value: object, path: str) -> date:
    """A date "YYYY-MM-DD" that exists."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong(path, 'a date "YYYY-MM-DD"', value)
