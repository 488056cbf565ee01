"""Lists that a list includes (`include:NAME`, as v2fly writes them), fetched beside it and put behind its lines.

The whole is one body that needs nothing else: an `include:` that was followed is a comment in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sm_dns.util.download import FetchFailed

MAX_INCLUDES = 256  # lists that one list brings along
MAX_DEPTH = 8  # of lists within lists
MAX_OCTETS = 64 * 1024 * 1024  # of all of them
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!")
_MARK = b"include:"


class _Include(NamedTuple):
    """A list that is wanted: the attributes of the lines that are, those of the lines that are not, and how deep."""

    name: str
    wanted: frozenset[str]
    unwanted: frozenset[str]
    depth: int


def with_includes(body: bytes, fetch_beside: Callable[[str], bytes]) -> bytes:
    """A body with what it includes. `fetch_beside` gives the list of a name, or raises `FetchFailed`.

    Raises `FetchFailed` for a list that cannot be had and beyond the bounds: a part that is missing opens names.
    """
    if _MARK not in body:
        return body
    own, waiting = _taken(body, _Include("", frozenset(), frozenset(), 0))
    whole, queue = [own], deque(waiting)
    seen: set[tuple[str, frozenset[str], frozenset[str]]] = set()
    octets = 0
    while queue:
        include = queue.popleft()
        if include[:3] in seen:
            continue
        seen.add(include[:3])
        _check(include, len(seen))
        try:
            came = fetch_beside(include.name)
        except FetchFailed as error:
            raise FetchFailed("include:{name}: {reason}", name=include.name, reason=error) from error
        octets += len(came)
        if octets > MAX_OCTETS:
            raise FetchFailed("includes over {most} octets", most=MAX_OCTETS)
        lines, further = _taken(came, include)
        whole += [b"# " + _MARK + include.name.encode(), lines]
        queue.extend(further)
    return b"\n".join(whole)


def _check(include: _Include, number: int) -> None:
    if number > MAX_INCLUDES:
        raise FetchFailed("more than {most} includes", most=MAX_INCLUDES)
    if include.depth > MAX_DEPTH:
        raise FetchFailed("includes within includes, more than {most} deep", most=MAX_DEPTH)


def _taken(body: bytes, include: _Include) -> tuple[bytes, list[_Include]]:
    """The lines of a list that are wanted, its own includes commented out, and those."""
    further: list[_Include] = []
    lines = list(_wanted_lines(body, include, further))
    return b"\n".join(lines), further


def _wanted_lines(body: bytes, include: _Include, further: list[_Include]) -> Iterator[bytes]:
    for line in body.split(b"\n"):
        text = line.strip()
        found = (
            _include_of(text.decode("utf-8", "replace"), include.depth) if text.startswith(_MARK) else None
        )
        if found is not None:
            wanted, unwanted = found.wanted | include.wanted, found.unwanted | include.unwanted
            further.append(found._replace(wanted=wanted, unwanted=unwanted))
            yield b"# " + text
        elif (include.wanted or include.unwanted) and not _fits(text, include):
            continue
        else:
            yield line


def _include_of(text: str, depth: int) -> _Include | None:
    """What a line includes; None where it names no list that could lie beside this one."""
    name, *words = text.partition("#")[0].removeprefix(_MARK.decode()).split(" ")
    if not name.strip(".") or not _NAME.issuperset(name):
        return None
    attributes = {word.removeprefix("@") for word in words if word.startswith("@")}
    unwanted = frozenset(one.removeprefix("-") for one in attributes if one.startswith("-"))
    return _Include(
        name, frozenset(one for one in attributes if not one.startswith("-")), unwanted, depth + 1
    )


def _fits(line: bytes, include: _Include) -> bool:
    """Whether a line has every attribute that is wanted, and none that is not."""
    words = line.partition(b"#")[0].decode("utf-8", "replace").replace(":@", " @").replace(",@", " @").split()
    attributes = {word[1:] for word in words if word.startswith("@")}
    return attributes >= include.wanted and not attributes & include.unwanted
