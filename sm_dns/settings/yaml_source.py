"""YAML as people mean it: `13:00` is text, only true and false are booleans, every value knows its line.

PyYAML's own rules read `13:00` as the integer 780, `no` as false, `010` as 8 and keep the last of two equal keys.
Here a plain scalar is a decimal number, true, false, null, or text. Equal keys, anchors, aliases, tags and several
documents are refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text
from sm_dns.util.message import Message
from sm_dns.util.strict_json import Json

MAX_BYTES = 1 << 20
MAX_DEPTH = 32

Key = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Source:
    """The value of a YAML file, in the terms of JSON, and the line of each key and item. over: another file,
    whose keys stand in the place of some of this one."""

    file: Path
    value: Any
    lines: Mapping[Key, int]
    over: Source | None = None
    aside: tuple[str, ...] = ()

    def under(self, over: Source, keys: Collection[str]) -> Source:
        """The same with these keys as another file has them, or without them."""
        own = {key: value for key, value in self.value.items() if key not in keys}
        theirs = {key: value for key, value in over.value.items() if key in keys}
        lines = {key: line for key, line in self.lines.items() if not key or key[0] not in keys}
        aside = tuple(key for key in self.value if key in keys)
        return replace(self, value=own | theirs, lines=lines, over=over, aside=aside)

    def place(self, key: Key) -> tuple[Path, int]:
        """The file and the 1-based line of a key path, or of the nearest part of it that there is."""
        if self.over is not None and key[:1] in self.over.lines and key[:1] not in self.lines:
            return self.over.place(key)
        return self.file, self.line(key)

    def place_of(self, path: str) -> tuple[Path, int]:
        """The same of a key path in the form of `key_text`."""
        known = [key for source in filter(None, (self, self.over)) for key in source.lines]
        return self.place(max((key for key in known if path.startswith(key_text(key))), key=len, default=()))

    def line(self, key: Key) -> int:
        """The 1-based line of a key path, or of the nearest part of it that the file has."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def key_text(key: Key) -> str:
    """A key path as errors show it: `lists[0].url`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).removeprefix(".")


def load(path: Path) -> Source:
    """Read a YAML file. Raises `BadInput` with file and line for everything that it refuses."""
    return parse(read_text(path, limit=MAX_BYTES), path)


def parse(text: str, file: Path) -> Source:
    """Read YAML text; `file` is only named in errors."""
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = _reason(error)
        raise BadInput(reason, file=file, line=mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise BadInput("is not YAML: {reason}", file=file, reason=str(error).splitlines()[0]) from error
    lines: dict[Key, int] = {}
    value = None if node is None else _Reader(file, lines).read(node, ())
    return Source(file, value, lines)


class _Loader(yaml.SafeLoader):
    """PyYAML's parser with our resolvers only, without aliases, and with a bound on nesting."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own hook)
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(Message("anchors and aliases are not used here: write the value out"), event)
        if (tag := getattr(event, "tag", None)) is not None:
            raise _Refused(Message("tags such as {tag} are not used here", tag=tag), event)
        if self.depth >= MAX_DEPTH:
            raise _Refused(Message("nested deeper than {levels} levels", levels=MAX_DEPTH), event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


class _Refused(yaml.MarkedYAMLError):
    """YAML that is not used here."""

    def __init__(self, said: Message, event: yaml.Event) -> None:
        mark = event.start_mark
        super().__init__(problem=str(said), problem_mark=mark if isinstance(mark, yaml.Mark) else None)
        self.message = said


def _reason(error: yaml.MarkedYAMLError) -> Message:
    if isinstance(error, _Refused):
        return error.message
    words = error.problem or error.context
    return Message("is not YAML: {reason}", reason=words) if words else Message("is not YAML")


def _resolve(kind: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(_TAG + kind, re.compile(pattern), list(first))


_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("int", r"^-?(?:0|[1-9][0-9]{0,17})$", "-0123456789")
_resolve("float", r"^-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}$", "-0123456789")
_Loader.add_implicit_resolver(_TAG + "null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


class _Reader:
    """Builds the values of nodes and notes their lines."""

    def __init__(self, file: Path, lines: dict[Key, int]) -> None:
        self.file = file
        self.lines = lines

    def read(self, node: yaml.Node, key: Key) -> Any:
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*key, at)) for at, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Json]:
        values: dict[str, Json] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            name = self._scalar(name_node) if isinstance(name_node, yaml.ScalarNode) else None
            if not isinstance(name, str):
                raise BadInput("a key must be text: put it in quotes", file=self.file, line=line)
            if name in values:
                first = self.lines[(*key, name)]
                reason = Message(
                    "the key {name!r} stands here a second time (first in line {first})",
                    name=name,
                    first=first,
                )
                raise BadInput(reason, file=self.file, line=line)
            self.lines[(*key, name)] = line
            values[name] = self.read(value_node, (*key, name))
        return values

    def _scalar(self, node: yaml.Node) -> str | int | float | bool | None:
        text: str = node.value
        match node.tag.removeprefix(_TAG):
            case "bool":
                return text == "true"
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "null":
                return None
        try:
            # JSON writes characters beyond U+FFFF as two escapes.
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            line = node.start_mark.line + 1
            raise BadInput("half of a surrogate pair is not text", file=self.file, line=line) from error
