"""Changing values in the text of a YAML file, and nothing else of it: comments, order and blanks stay.

A value is put where the old one stood; a key that is new goes behind the last one of its block, or in the place of a
comment that shows it (`  # key: …`). What comes out is read again: it must be the old document with those values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sm_dns.settings import yaml_source
from sm_dns.settings.yaml_source import Key, key_text
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", re.ASCII)
_WORDS = frozenset({"true", "false", "null"})
_COMMENT = re.compile(r"[^\S\n]*(?=#)")


@dataclass(frozen=True, slots=True)
class Edit:
    """A value for a key path; None takes the key away, with the line that it stands on."""

    key: Key
    value: Json


def edited(text: str, file: Path, edits: Iterable[Edit]) -> str:
    """The text with these values. Values that stand there already change nothing.

    Raises `BadInput` where the text is not YAML as `yaml_source` reads it, and where it is written in a way that
    cannot be changed so.
    """
    for edit in edits:
        text = _edited(text, file, edit)
    return text


def flow(value: Json) -> str:
    """A value on one line: `[a, b]`, `{a: 1}`, text in quotes where it needs them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(name)}: {flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Json) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _WORDS:
        return value
    is_plain = not isinstance(value, str) or value.isprintable()
    return json.dumps(value, ensure_ascii=not is_plain).replace(
        "\x7f", "\\u007f"
    )  # DEL is ASCII, and no YAML


def _edited(text: str, file: Path, edit: Edit) -> str:
    before = yaml_source.parse(text, file).value
    wanted = _with(before, edit)
    if wanted == before:
        return text
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    after = _placed(text, root, edit)
    if yaml_source.parse(after, file).value != wanted:
        raise BadInput("{key} cannot be changed here: write it by hand", file=file, key=key_text(edit.key))
    return after


def _with(document: Any, edit: Edit) -> Any:
    """The document as it is to be."""
    name, rest = edit.key[0], edit.key[1:]
    if isinstance(name, int):
        return [
            _with(each, Edit(rest, edit.value)) if rest and at == name else edit.value if at == name else each
            for at, each in enumerate(document)
        ]
    block = dict(document or {})
    if rest:
        block[name] = _with(block.get(name), Edit(rest, edit.value))
    elif edit.value is None:
        block.pop(name, None)
    else:
        block[name] = edit.value
    return block


def _placed(text: str, root: yaml.Node, edit: Edit) -> str:
    """The text with the value in its place: of the key itself, or else as a new key of the nearest block."""
    node = root
    above: list[tuple[yaml.Node, yaml.Node]] = []
    for depth, part in enumerate(edit.key):
        found = _child(node, part)
        if found is None:
            return _with_new_key(text, node, above, edit.key[depth:], edit.value)
        above.append(found)
        node = found[1]
    if edit.value is None:
        return _without_line(text, *above[-1])
    return _replaced(text, _start(node), _end(node), _written(node, edit.value))


def _written(node: yaml.Node, value: Json) -> str:
    """A value as the one before it was written: a block of lines for a block, else on one line."""
    is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    indent = "\n" + " " * node.start_mark.column
    if is_block and isinstance(node, yaml.MappingNode) and isinstance(value, Mapping) and value:
        return indent.join(f"{_scalar(name)}: {flow(each)}" for name, each in value.items())
    if is_block and isinstance(node, yaml.SequenceNode) and isinstance(value, list) and value:
        return indent.join(f"- {flow(each)}" for each in value)
    return flow(value)


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The key and the value of a part of a key path; an item of a list is its own key."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _with_new_key(
    text: str, node: yaml.Node, above: list[tuple[yaml.Node, yaml.Node]], rest: Key, value: Json
) -> str:
    """The text with a new key in a block. What is not a block (null, `{}`) is written anew."""
    nested: Json = value
    for part in reversed(rest[1:]):
        nested = {str(part): nested}
    name = str(rest[0])
    if not isinstance(node, yaml.MappingNode) or not node.value:
        if not above:
            return f"{text.rstrip()}\n{_scalar(name)}: {flow(nested)}\n".lstrip()
        return _replaced(text, _start(node), _end(node), flow({name: nested}))
    entry = f"{_scalar(name)}: {flow(nested)}"
    last = _end(node.value[-1][1])
    if node.flow_style:
        return _replaced(text, last, last, f", {entry}")
    indent = " " * node.value[0][0].start_mark.column
    shown = re.compile(rf"^{indent}# {re.escape(name)}: .*$", re.MULTILINE)
    found = shown.search(text, _start(node), _block_end(text, last, len(indent)))
    if found:
        return f"{text[: found.start()]}{indent}{entry}{text[found.end() :]}"
    end = text.find("\n", last)
    end = len(text) if end < 0 else end
    return f"{text[:end]}\n{indent}{entry}{text[end:]}"


def _block_end(text: str, last: int, indent: int) -> int:
    """Where comments of a block end that follow its last value: at the first line of less indentation."""
    place = text.find("\n", last) + 1 or len(text)
    while place < len(text):
        line = text[place : text.find("\n", place) if "\n" in text[place:] else len(text)]
        if not line.strip() or len(line) - len(line.lstrip()) < indent:
            break
        place += len(line) + 1
    return min(place, len(text))


def _without_line(text: str, key: yaml.Node, value: yaml.Node) -> str:
    """The text without the lines from a key to the end of its value. A key within a line is left to people."""
    start = text.rfind("\n", 0, _start(key)) + 1
    end = text.find("\n", _end(value))
    return text[:start] + (text[end + 1 :] if end >= 0 else "")


def _replaced(text: str, start: int, end: int, by: str) -> str:
    """The text with a part in the place of another; a comment behind it stays in its column where there is room."""
    blanks = _COMMENT.match(text, end)
    if blanks is None or "\n" in text[start:end]:
        return text[:start] + by + text[end:]
    room = (end - start) + len(blanks.group()) - len(by)
    return text[:start] + by + " " * max(room, 2) + text[blanks.end() :]


def _start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _end(node: yaml.Node) -> int:
    """Where a value ends: PyYAML's mark of a block lies behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        return max(_end(each) for each in _parts(node))
    return int(node.end_mark.index)


def _parts(node: yaml.CollectionNode) -> Iterator[yaml.Node]:
    for each in node.value:
        yield from each if isinstance(each, tuple) else (each,)
